"""The journal on disk, as it is written and read again."""

import json
import threading
from pathlib import Path

import pytest

from boxproof.core.errors import ConfigError
from boxproof.core.redaction import Hidden
from boxproof.core.verdicts import Cause, Level, Verdict
from boxproof.endpoint import Secret
from boxproof.journal import Body, Journal, Recorded, carried, read, within
from boxproof.journal.entries import (
    ClauseJudged,
    Logged,
    Noted,
    Progress,
    Requested,
)


def entries(path: Path) -> list[Recorded]:
    """What was written, but for the first line."""
    return [each for each in read(path) if each.kind != "journal"]


def test_what_is_written_is_read_in_order(tmp_path: Path) -> None:
    """Entries keep their order, their class and their data, on one clock that never goes back."""
    judged = ClauseJudged(
        id="smoke.a",
        family="smoke",
        level=Level.MUST,
        sentence="It MUST.",
        verdict=Verdict.NOT_JUDGED,
        cause=Cause.BUDGET,
        evidence=("a", "b"),
        anomalies=(("a", "b"), ("c",)),
    )
    asked = Requested(method="GET", url="http://x/", began=0.5, status=200, body=Body.of(b"\xff"))
    journal = Journal(tmp_path / "deep" / "journal.jsonl")
    journal.write(judged)
    journal.write(asked)
    first, second = entries(journal.path)
    assert (first.entry, second.entry) == (judged, asked)
    assert 0 <= first.t <= second.t


def test_the_first_line_names_the_version(tmp_path: Path) -> None:
    """Whoever reads it knows at once whether it can."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.write(Progress(line="x"))
    first = json.loads(journal.path.read_text().splitlines()[0])
    assert (first["kind"], first["version"]) == ("journal", 2)


def test_an_entry_is_on_disk_at_once(tmp_path: Path) -> None:
    """A run that is killed leaves everything that happened until then, but for a torn last line."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.write(Progress(line="kept"))
    with journal.path.open("a") as file:
        file.write('{"t": 1, "kind": "prog')
    assert [each.entry for each in entries(journal.path)] == [Progress(line="kept")]


def test_whatever_a_service_answers_can_be_written(tmp_path: Path) -> None:
    """A lone surrogate, NUL and right-to-left text come back as they were."""
    text = "\ud800 \0 שלום"
    journal = Journal(tmp_path / "journal.jsonl")
    journal.write(Logged(deployment="a", line=text))
    journal.write(Requested(method="POST", url="http://x/", began=0.0, sent=Body.of(text)))
    logged, asked = (each.entry for each in entries(journal.path))
    assert isinstance(logged, Logged)
    assert logged.line == text
    assert isinstance(asked, Requested)
    assert asked.sent == Body.of(text)


def test_threads_do_not_tear_lines(tmp_path: Path) -> None:
    """Eight writers at once leave whole lines only, each heard once."""
    heard: list[Recorded] = []
    journal = Journal(tmp_path / "journal.jsonl")
    journal.listen(heard.append)

    def work(writer: int) -> None:
        for number in range(200):
            journal.write(Noted(what="x" * 500, details={"writer": writer, "number": number}))

    threads = [threading.Thread(target=work, args=(each,)) for each in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(entries(journal.path)) == 1600
    assert len(heard) == 1600


def test_a_late_writer_does_no_harm(tmp_path: Path) -> None:
    """A reader thread may outlive the run by a moment."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.close()
    journal.write(Progress(line="too late"))
    assert entries(journal.path) == []


def test_an_entry_belongs_to_its_clause_and_scenario(tmp_path: Path) -> None:
    """Nobody passes them on, not even to a thread; one that was not handed them has neither."""
    journal = Journal(tmp_path / "journal.jsonl")

    def work() -> None:
        journal.write(Progress(line="x"))

    with within(clause="smoke.a"), within(scenario="fault runs"):
        work()
    with within(clause="smoke.a"):
        for target in (carried(work), work):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
    found = [(each.clause, each.scenario) for each in entries(journal.path)]
    assert found == [("", "fault runs"), ("smoke.a", ""), ("", "")]


def test_a_request_belongs_to_the_deployment_that_answers_there(tmp_path: Path) -> None:
    """Also where it goes through a proxy of ours."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.reached_at("http://127.0.0.1:81", "second")
    journal.reached_through("127.0.0.1:90", "http://127.0.0.1:81")
    for port in (81, 90, 99):
        journal.write(Requested(method="GET", url=f"http://127.0.0.1:{port}/a", began=0.0))
    assert [each.deployment for each in entries(journal.path)] == ["second", "second", ""]


def test_a_large_body_is_kept_once_by_its_digest(tmp_path: Path) -> None:
    """However often it is sent; and it comes back whole."""
    large = Body.of(b"x" * 100_000)
    journal = Journal(tmp_path / "journal.jsonl")
    for _ in range(3):
        journal.write(Requested(method="POST", url="http://x/", began=0.0, sent=large))
    assert len(list((tmp_path / "bodies").iterdir())) == 1
    assert journal.path.stat().st_size < 5_000
    for each in entries(journal.path):
        assert isinstance(each.entry, Requested)
        assert each.entry.sent is not None
        assert each.entry.sent.content == large.content


def test_bodies_beyond_the_total_say_that_they_were_not_kept(tmp_path: Path) -> None:
    """Size and digest stay, so that two answers can still be told apart."""
    journal = Journal(tmp_path / "journal.jsonl", body_bytes=150_000)
    for letter in ("a", "b"):
        body = Body.of(letter * 100_000)
        journal.write(Requested(method="POST", url="http://x/", began=0.0, sent=body))
    kept, cut = (
        each.entry.sent for each in entries(journal.path) if isinstance(each.entry, Requested)
    )
    assert kept is not None
    assert kept.content is not None
    assert cut is not None
    assert cut.content is None
    assert cut.size_bytes == 100_000
    assert "100000 bytes" in cut.text


def test_a_secret_is_never_written(tmp_path: Path) -> None:
    """Not in a header, not where the service echoes it, not in a large body."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.hide(Hidden('s3"cret', "$KEY"))
    text = 'the key is s3"cret'
    journal.write(Progress(line=text))
    journal.write(Noted(what="x", details={"value": Secret('s3"cret')}))
    for body in (Body.of(text), Body.of(text * 10_000)):
        journal.write(Requested(method="GET", url="http://x/", began=0.0, body=body))
    written = journal.path.read_text() + "".join(
        each.read_text() for each in (tmp_path / "bodies").iterdir()
    )
    assert "cret" not in written
    assert "$KEY" in written


def test_a_journal_that_has_not_begun_touches_nothing(tmp_path: Path) -> None:
    """The last report stays whole until the run really begins, and is then replaced."""
    path = tmp_path / "journal.jsonl"
    path.write_text("of the last run\n")
    (tmp_path / "bodies").mkdir()
    journal = Journal()
    journal.write(Progress(line="first"))
    assert path.read_text() == "of the last run\n"
    journal.begin(path)
    journal.write(Progress(line="second"))
    assert [each.entry for each in entries(path)] == [
        Progress(line="first"),
        Progress(line="second"),
    ]
    assert not (tmp_path / "bodies").exists()


def test_two_runs_never_write_to_one_journal(tmp_path: Path) -> None:
    """The second is refused in one line; once the first has ended, the place is free."""
    first = Journal(tmp_path / "journal.jsonl")
    first.write(Progress(line="first"))
    with pytest.raises(ConfigError, match="another run"):
        Journal(tmp_path / "journal.jsonl")
    assert [each.entry for each in entries(first.path)] == [Progress(line="first")]
    first.close()
    Journal(tmp_path / "journal.jsonl").close()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """It may have looked as if it could, when the run began."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="the report cannot be written there: "):
        Journal().begin(tmp_path / "file" / "report" / "journal.jsonl")

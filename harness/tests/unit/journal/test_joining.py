"""The journals of shards become one, or it is said which of them does not fit."""

from pathlib import Path
from typing import Any

import pytest

from boxproof.core.errors import ExitCode
from boxproof.core.verdicts import Level, Verdict
from boxproof.journal import Body, Journal, JournalError, joining, read
from boxproof.journal.bodies import INLINE_BYTES
from boxproof.journal.entries import (
    BootOrdered,
    ClauseJudged,
    Entry,
    FactsLearned,
    Requested,
    RunBegan,
    RunEnded,
)
from boxproof.journal.writer import NAME
from boxproof.reports.model import Report

LARGE = b"a" * (INLINE_BYTES + 1)


def shard(folder: Path, number: int, *more: Entry, ended: bool = True, **began: Any) -> Path:
    """The journal of one of two shards, which judged a clause of its own."""
    path = folder / str(number) / NAME
    journal = Journal(path)
    journal.write(RunBegan(**{"version": "1", "seed": 7, "shard": f"{number}/2", **began}))
    journal.write(FactsLearned(values={"image": "sha256:a"}))
    journal.write(BootOrdered(deployment="first"))
    journal.write(
        ClauseJudged(
            id=f"family{number}.clause",
            family=f"family{number}",
            level=Level.MUST,
            sentence="The service MUST do it.",
            verdict=Verdict.KEPT,
        )
    )
    for each in more:
        journal.write(each)
    if ended:
        journal.write(RunEnded(interrupted=False))
    journal.close()
    return path


def joined(folder: Path, *paths: Path) -> Report:
    """The report of journals that were joined."""
    joining.join(paths, folder / NAME)
    return Report.of(read(folder / NAME))


def test_the_verdict_of_all_is_that_of_one_run(tmp_path: Path) -> None:
    """In any order of the journals, with what each judged, and with the large bodies of both."""
    sent = Requested(method="POST", url="http://a/", began=0.1, sent=Body.of(LARGE))
    paths = [shard(tmp_path, 2, sent), shard(tmp_path, 1)]
    report = joined(tmp_path / "all", *paths)
    assert {each.id for each in report.clauses} == {"family1.clause", "family2.clause"}
    assert (report.exit_code, report.missing) == (ExitCode.CLEAN, "")
    assert report.run["shard"] == ""
    entries = [each.entry for each in read(tmp_path / "all" / NAME)]
    assert [each.sent.content for each in entries if isinstance(each, Requested) and each.sent] == [
        LARGE
    ]
    booted = {each.deployment for each in entries if isinstance(each, BootOrdered)}
    assert booted == {"1/2: first", "2/2: first"}
    assert sum(isinstance(each, RunBegan) for each in entries) == 1


def test_a_shard_that_is_missing_makes_it_partial(tmp_path: Path) -> None:
    """Whatever the others say, short of broken."""
    report = joined(tmp_path / "all", shard(tmp_path, 2))
    assert report.missing == "missing is the journal of shard 1"
    assert report.exit_code is ExitCode.PARTIAL


def test_a_shard_that_was_interrupted_leaves_the_whole_interrupted(tmp_path: Path) -> None:
    """Its last line may be half a line."""
    path = shard(tmp_path, 2, ended=False)
    with path.open("a") as file:
        file.write('{"t": 3')
    report = joined(tmp_path / "all", shard(tmp_path, 1), path)
    assert report.exit_code is ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("began", "said"),
    [
        ({"seed": 8}, "another seed"),
        ({"file_sha256": "b"}, "another boxproof.toml"),
        ({"version": "2"}, "another version of boxproof"),
        ({"selection": "-k 'a'"}, "another selection of clauses"),
        ({"shard": "2/3"}, "another number of shards"),
        ({"shard": "1/2"}, "is shard 1/2, as is"),
        ({"shard": ""}, "is not the journal of a shard"),
    ],
)
def test_what_is_not_of_the_same_run_is_refused(
    began: dict[str, Any], said: str, tmp_path: Path
) -> None:
    """Nothing is written."""
    with pytest.raises(JournalError, match=said):
        joined(tmp_path / "all", shard(tmp_path, 1), shard(tmp_path, 2, **began))
    assert not (tmp_path / "all").exists()


def test_shards_of_different_images_are_refused(tmp_path: Path) -> None:
    """Their verdict would be that of neither."""
    other = shard(tmp_path, 2, FactsLearned(values={"image": "sha256:b"}))
    with pytest.raises(JournalError, match="another image"):
        joined(tmp_path / "all", shard(tmp_path, 1), other)

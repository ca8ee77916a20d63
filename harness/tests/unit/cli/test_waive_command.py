"""``boxproof waive``: what it writes for a run, and what it leaves alone."""

import datetime
import tomllib
from pathlib import Path

import pytest
from unit.reports.build import verdict

from boxproof.cli.entry import main
from boxproof.config import load
from boxproof.core.findings import Finding
from boxproof.journal import Journal, Recorded
from boxproof.journal.entries import FirstBootFailed, RunBegan, RunEnded

BEGAN = RunBegan(version="0.1.0")
CONFIG = """
contract = 1
[service]
name = "api"
port = 8000
[work]
path = "/say"
"""
ODD = "Odd\x1b status\nof 2 lines"
SCHEMA = verdict(
    "schema.a",
    "broken",
    summary="POST /say: Odd, and 2 more",
    findings=(
        Finding(summary=f"POST /say: {ODD}", operation="POST /say"),
        Finding(summary="POST /say: Odder", operation="POST /say"),
        Finding(summary="GET /say: Odd", operation="GET /say"),
    ),
)
SMOKE = verdict("smoke.b", "broken", summary='answered "500"')
UNKNOWN = verdict("smoke.c", "unknown")
UNJUDGED = verdict("smoke.d", "not judged", summary="no engine")
TOLD_ONLY = verdict("smoke.e", "broken", "SHOULD")


class Ran:
    """A folder in which a run has found something."""

    def __init__(self, folder: Path, *entries: Recorded, began: RunBegan = BEGAN) -> None:
        self.config = folder / "boxproof.toml"
        self.config.write_text(CONFIG)
        self.waivers = folder / "boxproof.waivers.toml"
        journal = Journal(folder / "report" / "journal.jsonl")
        journal.write(began)
        for each in entries:
            journal.write(each.entry)
        journal.write(RunEnded(interrupted=False))
        journal.close()

    def waive(self, *arguments: str) -> int:
        return main(["--config", str(self.config), "waive", *arguments])

    def written(self) -> list[tuple[str, str]]:
        """Clause and operation of every entry."""
        entries = tomllib.loads(self.waivers.read_text())["waivers"]
        return [(each["clause"], each.get("operation", "")) for each in entries]


def test_each_finding_has_an_entry_with_its_summary(tmp_path: Path) -> None:
    """Once for each operation, with an empty reason and 90 days; control characters are gone."""
    ran = Ran(tmp_path, SCHEMA, SMOKE)
    assert ran.waive() == 0
    day = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=90)
    assert (
        ran.waivers.read_text()
        == f"""\
# What is broken, or not judged, and accepted by name until a day. Write a reason for each.

[[waivers]]
# POST /say: Odd  status of 2 lines, and 1 more
clause = "schema.a"
operation = "POST /say"
reason = ""
until = {day}

[[waivers]]
# GET /say: Odd
clause = "schema.a"
operation = "GET /say"
reason = ""
until = {day}

[[waivers]]
# answered "500"
clause = "smoke.b"
reason = ""
until = {day}
"""
    )


def test_what_stands_in_the_file_stays_and_is_not_written_again(tmp_path: Path) -> None:
    """Comments, order and quotes of a hand; a path covers all of its operations."""
    ran = Ran(tmp_path, SCHEMA, SMOKE)
    before = "# ours\n[[waivers]]\nuntil=2999-12-31\nclause='schema.a'\npath='/say'\nreason='x'\n"
    ran.waivers.write_text(before)
    assert ran.waive() == 0
    assert ran.waivers.read_text().startswith(before)
    assert ran.written() == [("schema.a", ""), ("smoke.b", "")]
    ran.waivers.write_text(ran.waivers.read_text().replace('reason = ""', 'reason = "y"'))
    before = ran.waivers.read_text()
    assert ran.waive() == 0
    assert ran.waivers.read_text() == before
    assert len(load(ran.config).waivers) == 2


def test_a_finding_under_a_fault_is_waived_under_that_fault(tmp_path: Path) -> None:
    """What the next fault breaks is another finding, which nobody has accepted."""
    under = [Finding(summary=f"lost under {each}", fault=each) for each in ("kill", "pause")]
    found = verdict("persistence.a", "broken", summary="lost", findings=tuple(under))
    ran = Ran(tmp_path, found)
    assert ran.waive() == 0
    entries = tomllib.loads(ran.waivers.read_text())["waivers"]
    assert [each["fault"] for each in entries] == ["kill", "pause"]


def test_a_cause_of_several_operations_has_one_entry(tmp_path: Path) -> None:
    """By its head, for all of them; a cause of one operation is accepted there alone."""
    found = [
        Finding(summary=f"{place}: {head}", operation=place, head=head)
        for head, places in (("Odd: 404", ("GET /a", "GET /b")), ("Odd: 500", ("GET /b",)))
        for place in places
    ]
    ran = Ran(tmp_path, verdict("schema.a", "broken", summary="Odd", findings=tuple(found)))
    assert ran.waive() == 0
    assert "# Odd: 404 (2 operations)\n" in ran.waivers.read_text()
    entries = tomllib.loads(ran.waivers.read_text())["waivers"]
    assert [(each["head"], each.get("operation")) for each in entries] == [
        ("Odd: 404", None),
        ("Odd: 500", "GET /b"),
    ]
    ran.waivers.write_text(ran.waivers.read_text().replace('reason = ""', 'reason = "y"'))
    before = ran.waivers.read_text()
    assert ran.waive() == 0
    assert ran.waivers.read_text() == before


def test_causes_of_one_head_have_an_entry_each(tmp_path: Path) -> None:
    """Another message of the same kind, later, is accepted by none of them."""
    found = [
        Finding(
            summary=f"POST /a: Odd: 500, {said}", operation="POST /a", head="Odd: 500", detail=said
        )
        for said in ("'no database'", "'no key'")
    ]
    ran = Ran(tmp_path, verdict("schema.a", "broken", summary="Odd", findings=tuple(found)))
    assert ran.waive() == 0
    entries = tomllib.loads(ran.waivers.read_text())["waivers"]
    assert [each["head"] for each in entries] == ["Odd: 500, 'no database'", "Odd: 500, 'no key'"]


def test_an_inline_array_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """TOML allows no table after it: the file would be read no more."""
    ran = Ran(tmp_path, SMOKE)
    ran.waivers.write_text("waivers = []\n")
    assert ran.waive() == 2
    assert ran.waivers.read_text() == "waivers = []\n"
    assert "write each as a [[waivers]] table" in capsys.readouterr().err


def test_a_boot_that_failed_leaves_nothing_to_waive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is said, lest it reads as if all were well."""
    failed = Recorded(0.0, FirstBootFailed(summary="the container ended with exit code 1"))
    ran = Ran(tmp_path, failed)
    assert ran.waive() == 2
    said = "the container ended with exit code 1; nothing was judged that could be waived"
    assert said in capsys.readouterr().err


def test_an_expired_waiver_is_told_and_no_second_one_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new day is a decision, which nobody takes by running a command again."""
    ran = Ran(tmp_path, SMOKE)
    expired = '[[waivers]]\nclause = "smoke.b"\nreason = "x"\nuntil = 2020-01-01\n'
    ran.waivers.write_text(expired)
    assert ran.waive() == 0
    assert ran.waivers.read_text() == expired
    assert "smoke.b: its waiver has expired" in capsys.readouterr().out


def test_unknown_is_never_written_and_what_is_told_only_needs_no_waiver(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file stays away where there is nothing to write."""
    ran = Ran(tmp_path, UNKNOWN, TOLD_ONLY, began=RunBegan(version="0.1.0", fail_on="must"))
    assert ran.waive() == 0
    assert not ran.waivers.exists()
    assert "1 unknown" in capsys.readouterr().out


@pytest.mark.parametrize("asked", [False, True])
def test_not_judged_is_written_where_a_run_had_to_be_complete(tmp_path: Path, asked: bool) -> None:
    """Elsewhere it makes no run red, so that there is nothing to accept."""
    ran = Ran(tmp_path, UNJUDGED, began=RunBegan(version="0.1.0", require_complete=asked))
    assert ran.waive() == 0
    assert ran.waivers.exists() is asked
    if asked:
        assert "# not judged, no such ability: no engine\n" in ran.waivers.read_text()
        assert ran.written() == [("smoke.d", "")]


@pytest.mark.parametrize("day", ["2020-01-01", "tomorrow"])
def test_a_day_that_cannot_be_a_last_one_is_wrong_usage(
    tmp_path: Path, day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, and nothing is written."""
    ran = Ran(tmp_path, SMOKE)
    with pytest.raises(SystemExit) as ended:
        ran.waive("--until", day)
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not ran.waivers.exists()

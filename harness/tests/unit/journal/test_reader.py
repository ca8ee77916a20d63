"""Journals of other versions, and damaged ones."""

import json
from pathlib import Path

import pytest

from boxproof.core.findings import Finding
from boxproof.core.verdicts import Level, Verdict
from boxproof.core.waivers import Waived
from boxproof.journal import Journal, JournalError, read
from boxproof.journal.entries import (
    BecameReady,
    ClauseJudged,
    FactsLearned,
    HarnessFailed,
    Logged,
    Requested,
    RunEnded,
    TargetActed,
    WaiverRead,
)

OLD = Path(__file__).parent / "version_1.jsonl"


def test_a_journal_of_version_1_is_read() -> None:
    """An older run can still be reported, with what it knew."""
    entries = [each.entry for each in read(OLD)]
    of = {type(each): each for each in entries}
    facts, asked, acted = of[FactsLearned], of[Requested], of[TargetActed]
    assert isinstance(facts, FactsLearned)
    assert facts.values["boot_seconds"] == 1.25
    assert isinstance(asked, Requested)
    assert asked.body is not None
    assert asked.body.text == '{"id": 1}'
    assert isinstance(acted, TargetActed)
    assert acted.details == {"keep_volume": True}
    assert of[HarnessFailed] == HarnessFailed(what="clean-up failed")
    assert {BecameReady, Logged, RunEnded} <= of.keys()
    verdicts = [each.verdict for each in entries if isinstance(each, ClauseJudged)]
    assert verdicts == [Verdict.KEPT, Verdict.BROKEN]


def test_a_newer_journal_is_refused_in_one_line(tmp_path: Path) -> None:
    """It says which version it is and what to do."""
    path = tmp_path / "journal.jsonl"
    path.write_text('{"t": 0, "kind": "journal", "version": 3}\n')
    with pytest.raises(JournalError, match=r"version 3 is newer than 2.*install") as error:
        list(read(path))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [("nonsense\n", ":1: is not a valid entry"), ('{"t": 1, "kind": "end"}\n', "interrupted")],
)
def test_a_damaged_line_is_named(tmp_path: Path, text: str, said: str) -> None:
    """In one line, with its number."""
    path = tmp_path / "journal.jsonl"
    path.write_text(text)
    with pytest.raises(JournalError, match=said):
        list(read(path))


def test_a_kind_that_is_not_known_is_left_out(tmp_path: Path) -> None:
    """A kind may be added without a new version."""
    path = tmp_path / "journal.jsonl"
    lines = [
        {"t": 0, "kind": "journal", "version": 2},
        {"t": 1, "kind": "of-tomorrow", "x": 1},
        {"t": 2, "kind": "end", "interrupted": False, "further": 1},
    ]
    path.write_text("".join(json.dumps(each) + "\n" for each in lines))
    assert [each.entry for each in read(path)][1:] == [RunEnded(interrupted=False)]


def test_only_what_is_asked_for_is_read() -> None:
    """In the order of the journal, as without a choice."""
    chosen = (BecameReady, Logged)
    every = [each for each in read(OLD) if isinstance(each.entry, chosen)]
    assert {type(each.entry) for each in every} == set(chosen)
    assert list(read(OLD, *chosen)) == every


def test_a_missing_journal_is_one_line(tmp_path: Path) -> None:
    """Nothing was run there."""
    with pytest.raises(JournalError, match="no such file; 'boxproof run' writes one"):
        list(read(tmp_path / "journal.jsonl"))


def test_findings_and_waivers_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Reports are made again from the journal alone, with what was accepted and why."""
    waived = Waived(
        scope="path /say", reason="known", until="2027-01-31", days_left=21, ticket="OPS-7"
    )
    judged = ClauseJudged(
        id="schema.a",
        family="schema",
        level=Level.MUST,
        sentence="It MUST.",
        verdict=Verdict.WAIVED,
        findings=(Finding(summary="POST /say: Odd", operation="POST /say"),),
        waived=(waived,),
    )
    journal = Journal(tmp_path / "journal.jsonl")
    for entry in (WaiverRead(id="schema.a", waived=waived), judged):
        journal.write(entry)
    journal.close()
    assert [each.entry for each in read(journal.path)][1:] == [
        WaiverRead(id="schema.a", waived=waived),
        judged,
    ]

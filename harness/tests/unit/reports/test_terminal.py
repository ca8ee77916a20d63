"""What a person reads in the terminal."""

import io
from dataclasses import replace

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion
from unit.reports.build import ACCEPTED, BOOT_FAILED, END, RUN, at, verdict

from boxproof.core.errors import ExitCode
from boxproof.core.findings import Finding
from boxproof.journal import Recorded
from boxproof.journal.entries import FactsLearned, Progress
from boxproof.reports import markdown, terminal
from boxproof.reports.model import Report

LONG_CURL = "curl -sS -X POST 'http://127.0.0.1:32768/generate' -d '" + "x" * 200 + "'"
ENTRIES = [
    RUN,
    at(0.1, Progress(line="booting api")),
    verdict("smoke.a", "kept"),
    verdict("smoke.b", "broken", summary="answered 500, not 200", evidence=(LONG_CURL, "→ 500")),
    verdict(
        "startup.c",
        "not judged",
        summary="the process target cannot inspect the server's processes",
    ),
    verdict("startup.d", "unknown", summary="the clause itself failed: KeyError('id')"),
    verdict("startup.e", "not judged", "SHOULD", summary="no FUSE here"),
    verdict("startup.f", "kept", "SHOULD", background=True, seconds=0.0),
    END,
]


def screen(entries: list[Recorded], code: ExitCode, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    live = terminal.Live(console)
    for each in entries:
        live.hear(each)
    terminal.summary(Report.of(entries), console, code=code)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_whole_screen_of_a_run(snapshot: SnapshotAssertion) -> None:
    """A line a clause while it works, then families, what is broken and what was not judged."""
    assert screen(ENTRIES, ExitCode.BROKEN) == snapshot


def test_a_curl_line_is_never_broken_by_the_width() -> None:
    """It must come out of a narrow terminal as it must go into a shell."""
    assert LONG_CURL in screen(ENTRIES, ExitCode.BROKEN)


def test_a_failed_boot_shows_the_log(snapshot: SnapshotAssertion) -> None:
    """The evidence stands in front of the person who has to mend it."""
    assert screen([RUN, BOOT_FAILED, END], ExitCode.BOOT_FAILED) == snapshot


def test_a_partial_run_says_so_in_large_letters() -> None:
    """What was not judged can never be taken for kept."""
    text = screen([RUN, ENTRIES[2], ENTRIES[4], END], ExitCode.CLEAN)
    assert "PARTIAL: 1 MUST clause NOT JUDGED" in text
    assert "startup.c" in text


def test_markup_in_an_answer_is_text() -> None:
    """A service that answers [bold] or [/] neither styles nor breaks the report."""
    entries = [RUN, verdict("smoke.a", "broken", summary="[bold]x[/] [/red]"), END]
    text = screen(entries, ExitCode.BROKEN)
    assert "[bold]x[/] [/red]" in text


def test_every_line_of_an_answer_stands_below_its_clause() -> None:
    """An error page of HTML does not look like the report's own words."""
    page = "→ 501 <html>\n<p>Unsupported method</p>"
    text = screen([RUN, verdict("smoke.a", "broken", evidence=(page,)), END], ExitCode.BROKEN)
    assert "    → 501 <html>\n    <p>Unsupported method</p>" in text


def test_evidence_that_clauses_share_is_shown_once() -> None:
    """A deployment that did not come back breaks many clauses with one log."""
    log = ("starting", "no such file")
    entries = [
        RUN,
        verdict("persistence.a", "broken", summary="did not come back", evidence=log),
        verdict("persistence.b", "broken", summary="did not come back", evidence=log),
        END,
    ]
    text = screen(entries, ExitCode.BROKEN)
    assert text.count("no such file") == 1
    assert "as under persistence.a: did not come back" in text


def test_one_cause_of_several_broken_clauses_counts_once() -> None:
    """By its head or, where it has none, by what was seen; the number is in report.json too."""
    no_allow = Finding(summary="the 405 has no Allow header", head="405, no Allow header")
    entries = [
        RUN,
        verdict("smoke.a", "broken", findings=(no_allow,)),
        verdict("schema.b", "broken", findings=(no_allow, replace(no_allow, head="403"))),
        verdict("persistence.c", "broken", "SHOULD", summary="a write returned 500"),
        verdict("persistence.d", "broken", "SHOULD", summary="a write returned 500"),
        verdict("smoke.e", "kept"),
        END,
    ]
    assert "4 clauses broken, 3 causes in all" in screen(entries, ExitCode.BROKEN)
    assert "in all" not in screen([*entries[:2], END], ExitCode.BROKEN)


def test_what_was_made_in_the_background_has_no_seconds_of_its_own() -> None:
    """0.00 s would be a lie: others paid for it."""
    made = verdict("startup.f", "kept", background=True, seconds=0.0)
    text = screen([RUN, made, END], ExitCode.CLEAN)
    assert "0.00 s" not in text
    assert "background  startup.f" in text


def test_the_share_of_operations_that_was_reached_is_told() -> None:
    """Only where some were not."""
    whole = {"operations": 1000, "operations_reached": 1000}
    part = at(1.0, FactsLearned(values={**whole, "operations_reached": 412}))
    told = "412 of 1000 operations of the OpenAPI document were reached (41%)"
    assert told in screen([*ENTRIES, part], ExitCode.BROKEN)
    assert told in "".join(markdown.parts(Report.of([*ENTRIES, part]), ExitCode.BROKEN))
    assert "reached" not in screen([*ENTRIES, at(1.0, FactsLearned(values=whole))], ExitCode.BROKEN)


def test_must_and_should_stand_apart() -> None:
    """A broken SHOULD is not taken for a broken MUST: in tables, headings and last lines."""
    entries = [RUN, verdict("smoke.a", "kept"), verdict("smoke.b", "broken", "SHOULD"), END]
    text = screen(entries, ExitCode.BROKEN)
    assert "broken: smoke.b (SHOULD)" in text
    assert text.splitlines()[-3:-1] == ["MUST   1 kept", "SHOULD 1 broken"]


def test_what_is_accepted_is_shown_apart_with_reason_and_days(snapshot: SnapshotAssertion) -> None:
    """Waived, declined, a SHOULD that is told only, and a waiver that covers nothing."""
    assert screen(ACCEPTED, ExitCode.BROKEN) == snapshot


@pytest.mark.parametrize("width", [80, 120])
def test_the_tables_fit_the_window(width: int) -> None:
    """Nothing but what was found is longer than a line."""
    entries = [
        RUN,
        verdict("persistence.a", "kept", seconds=1000.0),
        verdict("persistence.b", "not judged", "SHOULD", summary="no FUSE"),
        verdict("records.c", "not judged", summary="no workers"),
        END,
    ]
    text = screen(entries, ExitCode.BROKEN, width)
    assert max(map(len, text.splitlines())) <= width

"""Exit codes: which of two bad things is said."""

from dataclasses import replace
from typing import Any

import pytest
from unit.reports.build import BOOT_FAILED, END, INTERRUPTED, RUN, at, verdict

from boxproof.core.errors import ExitCode
from boxproof.core.verdicts import Cause
from boxproof.core.waivers import Waived
from boxproof.journal import Recorded
from boxproof.journal.entries import HarnessFailed, RunBegan, WaiverRead
from boxproof.reports.model import Report

KEPT = verdict("smoke.a", "kept")
BROKEN_SHOULD = verdict("smoke.g", "broken", "SHOULD")
UNKNOWN_SHOULD = verdict("smoke.h", "unknown", "SHOULD")
WAIVED = verdict("smoke.i", "waived")
DECLINED = verdict("smoke.j", "not judged", cause=Cause.DECLINED)
BROKEN = verdict("smoke.b", "broken")
UNKNOWN = verdict("smoke.c", "unknown")
UNJUDGED = verdict("smoke.d", "not judged")
NEWER = verdict("smoke.f", "not judged", cause=Cause.NEWER_CONTRACT)
UNJUDGED_SHOULD = verdict("smoke.e", "not judged", "SHOULD")
FAULT = at(2.0, HarnessFailed(what="the clean-up failed"))


def asked(**more: Any) -> Recorded:
    """The beginning of a run of which something was asked."""
    assert isinstance(RUN.entry, RunBegan)
    return at(0.0, replace(RUN.entry, **more))


def waiver(clause: str, scope: str = "", problem: str = "", days_left: int = 21) -> Recorded:
    """A waiver that the team has written."""
    return at(0.0, WaiverRead(id=clause, waived=waived(scope, days_left), problem=problem))


def waived(scope: str = "", days_left: int = 21) -> Waived:
    """One that covers something."""
    return Waived(scope=scope, reason="known", until="2027-01-31", days_left=days_left)


@pytest.mark.parametrize(
    ("entries", "code", "complete_code"),
    [
        ([KEPT, END], ExitCode.CLEAN, ExitCode.CLEAN),
        ([KEPT, BROKEN, END], ExitCode.BROKEN, ExitCode.BROKEN),
        ([KEPT, UNKNOWN, END], ExitCode.BROKEN, ExitCode.BROKEN),
        ([KEPT, UNJUDGED, END], ExitCode.CLEAN, ExitCode.PARTIAL),
        ([KEPT, UNJUDGED_SHOULD, END], ExitCode.CLEAN, ExitCode.CLEAN),
        ([KEPT, NEWER, END], ExitCode.CLEAN, ExitCode.CLEAN),
        ([KEPT, DECLINED, END], ExitCode.CLEAN, ExitCode.CLEAN),
        ([KEPT, WAIVED, END], ExitCode.CLEAN, ExitCode.CLEAN),
        ([WAIVED, END], ExitCode.CLEAN, ExitCode.CLEAN),
        ([WAIVED, UNJUDGED, END], ExitCode.CLEAN, ExitCode.PARTIAL),
        ([KEPT, WAIVED, BROKEN, END], ExitCode.BROKEN, ExitCode.BROKEN),
        ([KEPT, BROKEN_SHOULD, END], ExitCode.BROKEN, ExitCode.BROKEN),
        ([KEPT, BROKEN, UNJUDGED, END], ExitCode.BROKEN, ExitCode.BROKEN),
        ([KEPT, FAULT, END], ExitCode.BROKEN, ExitCode.BROKEN),
        ([UNJUDGED, END], ExitCode.PARTIAL, ExitCode.PARTIAL),
        ([END], ExitCode.USAGE, ExitCode.USAGE),
        ([BOOT_FAILED, END], ExitCode.BOOT_FAILED, ExitCode.BOOT_FAILED),
        ([KEPT, BROKEN, INTERRUPTED], ExitCode.INTERRUPTED, ExitCode.INTERRUPTED),
        ([KEPT], ExitCode.INTERRUPTED, ExitCode.INTERRUPTED),
    ],
)
def test_the_exit_code_says_the_worst_that_happened(
    entries: list[Recorded], code: ExitCode, complete_code: ExitCode
) -> None:
    """Broken outranks partial; a run that judged nothing or did not end is never clean."""
    assert Report.of([RUN, *entries]).exit_code is code
    assert Report.of([asked(require_complete=True), *entries]).exit_code is complete_code


def test_only_must_clauses_make_a_run_partial() -> None:
    """A SHOULD that an engine cannot do is named, and that is all."""
    report = Report.of([KEPT, UNJUDGED, UNJUDGED_SHOULD])
    assert [each.id for each in report.unjudged] == ["smoke.d"]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (BROKEN_SHOULD, ExitCode.CLEAN),
        (BROKEN, ExitCode.BROKEN),
        (UNKNOWN_SHOULD, ExitCode.BROKEN),
    ],
)
def test_a_team_that_fails_on_must_is_told_of_should_only(entry: Recorded, code: ExitCode) -> None:
    """Unknown stays red: nobody knows whether the service did it."""
    assert Report.of([asked(fail_on="must"), KEPT, entry, END]).exit_code is code


@pytest.mark.parametrize(
    ("judged", "written", "line"),
    [
        (KEPT, waiver("smoke.a"), "smoke.a is kept now; remove its waiver"),
        (KEPT, waiver("smoke.a", days_left=-3), "smoke.a is kept now; remove its waiver"),
        (
            verdict("smoke.y", "broken", waived=(waived("path /b"),)),
            waiver("smoke.y", "path /a"),
            "smoke.y (path /a) is not broken there; remove this waiver",
        ),
        (KEPT, waiver("smoke.x", problem="is not a clause"), "smoke.x is not a clause"),
    ],
)
def test_a_waiver_that_covers_nothing_is_told_and_red_where_that_is_asked(
    judged: Recorded, written: Recorded, line: str
) -> None:
    """What was mended must not stay waived until it breaks again unseen."""
    report = Report.of([RUN, written, judged, KEPT, END])
    assert [each.line for each in report.unused] == [line]
    strict = Report.of([asked(strict_waivers=True), written, judged, KEPT, END])
    assert strict.exit_code is ExitCode.BROKEN


def test_a_waiver_for_what_is_drawn_at_random_is_never_red() -> None:
    """Another seed may not send the request that breaks it."""
    entries = [waiver("schema.a"), verdict("schema.a", "kept", drawn=True), END]
    report = Report.of([asked(strict_waivers=True), *entries])
    assert [each.line for each in report.unused] == ["schema.a was not seen broken this time"]
    assert report.exit_code is ExitCode.CLEAN


@pytest.mark.parametrize(
    ("judged", "days_left"),
    [
        ([], 21),
        ([UNJUDGED], 21),
        ([verdict("smoke.d", "unknown")], 21),
        ([verdict("smoke.d", "waived", waived=(waived(),))], 21),
        ([verdict("smoke.d", "broken", waived=(waived(days_left=-1),))], -1),
    ],
)
def test_a_waiver_that_is_used_or_was_not_tried_is_not_told(
    judged: list[Recorded], days_left: int
) -> None:
    """A run of one family says nothing of the waivers of others."""
    assert Report.of([RUN, waiver("smoke.d", days_left=days_left), *judged, END]).unused == []

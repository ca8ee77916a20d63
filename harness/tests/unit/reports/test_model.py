"""Exit codes: which of two bad things is said."""

import pytest
from unit.reports.build import BOOT_FAILED, END, INTERRUPTED, RUN, at, verdict

from boxproof.core.errors import ExitCode
from boxproof.core.verdicts import Cause
from boxproof.journal import Recorded
from boxproof.journal.entries import HarnessFailed
from boxproof.reports.model import Report

KEPT = verdict("smoke.a", "kept")
BROKEN = verdict("smoke.b", "broken")
UNKNOWN = verdict("smoke.c", "unknown")
UNJUDGED = verdict("smoke.d", "not judged")
NEWER = verdict("smoke.f", "not judged", cause=Cause.NEWER_CONTRACT)
UNJUDGED_SHOULD = verdict("smoke.e", "not judged", "SHOULD")
FAULT = at(2.0, HarnessFailed(what="the clean-up failed"))


@pytest.mark.parametrize(
    ("entries", "code", "complete_code"),
    [
        ([KEPT, END], ExitCode.CLEAN, ExitCode.CLEAN),
        ([KEPT, BROKEN, END], ExitCode.BROKEN, ExitCode.BROKEN),
        ([KEPT, UNKNOWN, END], ExitCode.BROKEN, ExitCode.BROKEN),
        ([KEPT, UNJUDGED, END], ExitCode.CLEAN, ExitCode.PARTIAL),
        ([KEPT, UNJUDGED_SHOULD, END], ExitCode.CLEAN, ExitCode.CLEAN),
        ([KEPT, NEWER, END], ExitCode.CLEAN, ExitCode.CLEAN),
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
    report = Report.of([RUN, *entries])
    assert report.exit_code(require_complete=False) is code
    assert report.exit_code(require_complete=True) is complete_code


def test_only_must_clauses_make_a_run_partial() -> None:
    """A SHOULD that an engine cannot do is named, and that is all."""
    report = Report.of([KEPT, UNJUDGED, UNJUDGED_SHOULD])
    assert [each.id for each in report.unjudged] == ["smoke.d"]

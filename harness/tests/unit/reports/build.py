"""Entries of small made-up runs."""

from typing import Any

from boxproof.core.verdicts import Cause, Level, Verdict
from boxproof.core.waivers import Waived
from boxproof.journal import Recorded
from boxproof.journal.entries import (
    ClauseJudged,
    Entry,
    FirstBootFailed,
    RunBegan,
    RunEnded,
    WaiverRead,
)


def verdict(clause_id: str, said: str, level: str = "MUST", **more: Any) -> Recorded:
    """A verdict entry."""
    data = {
        "seconds": 0.25,
        "cause": Cause.NO_ABILITY if said == "not judged" else None,
        **more,
    }
    entry = ClauseJudged(
        id=clause_id,
        family=clause_id.partition(".")[0],
        level=Level(level),
        sentence=f"The service {level} do it.",
        verdict=Verdict(said),
        **data,
    )
    return at(1.0, entry)


def at(t: float, entry: Entry) -> Recorded:
    """An entry in its place."""
    return Recorded(t, entry)


RUN = at(0.0, RunBegan(version="0.1.0", id="abc", service="api", target="compose", seed=7))
END = at(9.5, RunEnded(interrupted=False))
INTERRUPTED = at(9.5, RunEnded(interrupted=True))
BOOT_FAILED = at(2.0, FirstBootFailed(summary="api ended with 3", log="no model", exit_code=3))
WAIVED = Waived(
    scope="operation POST /say",
    reason="our framework's habit",
    until="2027-01-31",
    days_left=21,
    ticket="OPS-7",
)
ACCEPTED = [
    at(0.0, RunBegan(version="0.1.0", fail_on="must")),
    at(0.0, WaiverRead(id="schema.a", waived=WAIVED)),
    at(0.0, WaiverRead(id="schema.z", waived=WAIVED, problem="is not a clause")),
    verdict("schema.a", "waived", summary="POST /say: Odd", waived=(WAIVED,)),
    verdict("schema.b", "broken", "SHOULD", summary="answered 400"),
    verdict("schema.c", "not judged", summary="a note", cause=Cause.DECLINED),
    verdict("schema.d", "broken", summary="GET /say: Odd; 1 more waived", waived=(WAIVED,)),
    END,
]

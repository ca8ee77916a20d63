"""Entries of small made-up runs."""

from typing import Any

from boxproof.core.verdicts import Cause, Level, Verdict
from boxproof.journal import Recorded
from boxproof.journal.entries import ClauseJudged, Entry, FirstBootFailed, RunBegan, RunEnded


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

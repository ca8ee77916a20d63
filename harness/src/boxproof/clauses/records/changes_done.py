"""Whether a change that was acknowledged is done."""

from collections.abc import Iterable

from boxproof.core.breaches import NotJudged, require
from boxproof.core.verdicts import Cause
from boxproof.probes.record_changes import ACCEPTED, Changed


def require_done(changed: Changed, undone: str, evidence: Iterable[str]) -> None:
    """Break the clause with what shows that a change is not done, unless it may be done later."""
    if undone and changed.is_pending:
        raise NotJudged(f"{undone}, but the answer was {ACCEPTED} (accepted)", Cause.UNDECIDED)
    require(not undone, undone, (*changed.evidence(), *evidence))

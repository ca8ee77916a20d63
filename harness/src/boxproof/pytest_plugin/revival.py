"""The shared deployment is started again where a clause left it ended."""

from dataclasses import dataclass

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BoxproofError
from boxproof.core.verdicts import Cause
from boxproof.session import Session

#: The fixture that whatever is done to the shared deployment rests on.
SHARED = "shared"
#: What a target may take to notice that a server has ended; granted after a clause that failed.
NOTICE_SECONDS = 0.5


@dataclass
class Latest:
    """The clause that had the shared deployment last, and what became of that deployment.

    Attributes:
        clause: its id; empty before the first.
        passed: whether it returned, so that nothing hints at a server that has ended.
        lost: why the deployment is there no longer; empty while it is.
    """

    clause: str = ""
    passed: bool = True
    lost: str = ""


LATEST = pytest.StashKey[Latest]()


def revive(item: pytest.Function, session: Session) -> None:
    """Start the shared deployment again, where a clause asks for it and its server has ended.

    Raises:
        NotJudged: it could not be started again, now or before an earlier clause.
    """
    if SHARED not in item.fixturenames:
        return
    latest = item.session.stash.setdefault(LATEST, Latest())
    if not latest.clause:
        return
    if not latest.lost:
        try:
            revived = session.revive_shared(0.0 if latest.passed else NOTICE_SECONDS)
        except BoxproofError as error:
            latest.lost = (
                f"the shared deployment could not be started again after {latest.clause}: {error}"
            )
        else:
            if revived:
                session.say(f"the service had ended after {latest.clause}; it was started again")
    if latest.lost:
        raise NotJudged(latest.lost, Cause.RESTS_ON)


def note_judged(item: pytest.Function, clause: str, *, passed: bool) -> None:
    """Remember which clause had the shared deployment last."""
    if SHARED in item.fixturenames:
        latest = item.session.stash.setdefault(LATEST, Latest())
        latest.clause, latest.passed = clause, passed

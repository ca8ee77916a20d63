"""The shared deployment is started again where a clause left it ended, or without an answer."""

from dataclasses import dataclass

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BoxproofError
from boxproof.core.verdicts import Cause
from boxproof.session import Session
from boxproof.targets.abilities import Restarts

#: The fixture that whatever is done to the shared deployment rests on.
SHARED = "shared"
#: What a target may take to notice that a server has ended; granted after a clause that failed.
NOTICE_SECONDS = 0.5


@dataclass
class Latest:
    """The clause that had the shared deployment last, and what became of that deployment.

    Attributes:
        clause: its id; empty before the first.
        holder: the item that has been let to it, whose clause that becomes.
        passed: whether it returned, so that nothing hints at a server that has ended.
        lost: why the deployment is there no longer; empty while it is.
    """

    clause: str = ""
    holder: str = ""
    passed: bool = True
    lost: str = ""


LATEST = pytest.StashKey[Latest]()


def revive(item: pytest.Function, session: Session) -> None:
    """Start the shared deployment again, where a clause asks for it and its server has ended.

    So is one that runs and answers nothing, which is looked at after a clause that failed: what
    hangs must be told of the clause that it began with, and of no other.

    Raises:
        NotJudged: it could not be started again, now or before an earlier clause.
    """
    if SHARED not in item.fixturenames:
        return
    latest = item.session.stash.setdefault(LATEST, Latest())
    if latest.clause and not latest.lost:
        try:
            found = _started_again(session, latest)
        except BoxproofError as error:
            latest.lost = (
                f"the shared deployment could not be started again after {latest.clause}: {error}"
            )
        else:
            if found:
                session.say(f"the service {found} after {latest.clause}; it was started again")
    if latest.lost:
        raise NotJudged(latest.lost, Cause.RESTS_ON)
    latest.holder = item.nodeid


def _started_again(session: Session, latest: Latest) -> str:
    """What was wrong with the shared deployment; empty where it needed no new start.

    Raises:
        BootFailed, EngineError: it could not be started again.
        NotJudged: it answers nothing, and its target cannot start it again.
    """
    if session.shared_deployment.revive(0.0 if latest.passed else NOTICE_SECONDS):
        return "had ended"
    if latest.passed or session.shared_deployment.is_answered():
        return ""
    if not session.target.offers(Restarts):
        raise NotJudged(
            f"the service answers nothing since {latest.clause}, and the {session.target.name} "
            "target cannot start it again",
            Cause.RESTS_ON,
        )
    session.shared_deployment.restart()
    return "answered nothing"


def note_judged(item: pytest.Function, clause: str, *, passed: bool) -> None:
    """Remember which clause had the shared deployment last; one that was not let to it did not."""
    latest = item.session.stash.get(LATEST, None)
    if latest is not None and latest.holder == item.nodeid:
        latest.clause, latest.passed = clause, passed

"""The shared deployment is started again where a clause left it ended, or without an answer.

Where its work is broken for good, the clauses after that are not tried one by one.
"""

from dataclasses import dataclass

import pytest

from boxproof.clauses.registry import Clause
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.errors import BoxproofError
from boxproof.core.verdicts import Cause, Verdict
from boxproof.scenarios.scheduler import in_background
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
        clause: None before the first.
        holder: the item that has been let to it, whose clause that becomes.
        verdict: what was said of that clause; *kept* hints at nothing wrong.
        lost: why the deployment is there no longer; empty while it is.
        hopeless: why no other one would do its work either; empty while one may.
    """

    clause: Clause | None = None
    holder: str = ""
    verdict: Verdict = Verdict.KEPT
    lost: str = ""
    hopeless: str = ""


LATEST = pytest.StashKey[Latest]()


def revive(item: pytest.Function, session: Session) -> None:
    """Start the shared deployment again, where a clause asks for it and its server has ended.

    So is one that runs and answers nothing, which is looked at after a clause that failed: what
    hangs must be told of the clause that it began with, and of no other.

    Raises:
        NotJudged: it could not be started again, now or before an earlier clause; or plain requests
            broke its work for good, as they would that of any deployment.
    """
    latest = item.session.stash.setdefault(LATEST, Latest())
    names = frozenset(item.fixturenames)
    if SHARED in names:
        if latest.clause and not latest.lost:
            _look(latest, latest.clause, session)
        if latest.lost:
            raise NotJudged(latest.lost, Cause.RESTS_ON)
        latest.holder = item.nodeid
    elif latest.hopeless and in_background(names):
        raise NotJudged(latest.hopeless, Cause.RESTS_ON)


def _look(latest: Latest, clause: Clause, session: Session) -> None:
    """See what the latest clause left of the shared deployment, and start it again if need be."""
    try:
        found = _started_again(session, latest, clause)
    except NotJudged as error:
        latest.lost = latest.hopeless = error.reason
        session.say(f"{error.reason}; what rests on that is not judged")
    except BoxproofError as error:
        latest.lost = f"the shared deployment could not be started again after {clause.id}: {error}"
    else:
        if found:
            session.say(f"the service {found} after {clause.id}; it was started again")


def _started_again(session: Session, latest: Latest, clause: Clause) -> str:
    """What was wrong with the shared deployment; empty where it needed no new start.

    Raises:
        BootFailed, EngineError: it could not be started again.
        NotJudged: it is of no use, and a new start does not help or cannot be made.
    """
    shared = session.shared_deployment
    found = ""
    if shared.revive(0.0 if latest.verdict is Verdict.KEPT else NOTICE_SECONDS):
        return "had ended"
    if latest.verdict is Verdict.KEPT:
        return ""
    if not shared.is_answered():
        if not session.target.offers(Restarts):
            raise NotJudged(
                f"the service answers nothing since {clause.id}, and the {session.target.name} "
                "target cannot start it again",
                Cause.RESTS_ON,
            )
        shared.restart()
        if latest.verdict is Verdict.BROKEN and not shared.is_answered():
            told = f"the service answers nothing since {clause.id}, nor after a new start"
            raise NotJudged(told, Cause.RESTS_ON)
        found = "answered nothing"
    if latest.verdict is not Verdict.BROKEN:
        # Only what is broken may stand for others.
        return found
    failure = shared.failure_of_work()
    if failure and clause.effect is Effect.DISTURBS and session.target.offers(Restarts):
        # What was done to this one has been done to no other.
        shared.restart()
        found, failure = "returned nothing but server errors", shared.failure_of_work()
    if failure:
        raise NotJudged(f"{failure} again and again since {clause.id}", Cause.RESTS_ON)
    return found


def note_judged(item: pytest.Function, clause: Clause, verdict: Verdict) -> None:
    """Remember which clause had the shared deployment last; one that was not let to it did not."""
    latest = item.session.stash.get(LATEST, None)
    if latest is not None and latest.holder == item.nodeid:
        latest.clause, latest.verdict = clause, verdict

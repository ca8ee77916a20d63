"""The shared deployment is started again where a clause left it ended, or without an answer.

Where its work is broken for good, or the making of its records, the clauses that rest on that are
not tried one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from boxproof.clauses.registry import Clause
from boxproof.config.options import Config
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
        unmade: the kinds of records that cannot be made any more, by name, each with why.
    """

    clause: Clause | None = None
    holder: str = ""
    verdict: Verdict = Verdict.KEPT
    lost: str = ""
    hopeless: str = ""
    unmade: dict[str, str] = field(default_factory=dict)


LATEST = pytest.StashKey[Latest]()


def revive(item: pytest.Function, clause: Clause, session: Session) -> None:
    """Start the shared deployment again, where a clause asks for it and its server has ended.

    So is one that runs and answers nothing, which is looked at after a clause that failed: what
    hangs must be told of the clause that it began with, and of no other.

    Raises:
        NotJudged: it could not be started again, now or before an earlier clause; or plain requests
            broke what the clause rests on for good, as they would in any deployment.
    """
    latest = item.session.stash.setdefault(LATEST, Latest())
    names = frozenset(item.fixturenames)
    if SHARED in names:
        if latest.clause and not latest.lost:
            # Nothing is sent for a clause that will not be judged; the look may show one more.
            _require_records(latest, clause, session.config)
            _look(latest, latest.clause, session)
        if latest.lost:
            raise NotJudged(latest.lost, Cause.RESTS_ON)
        _require_records(latest, clause, session.config)
        latest.holder = item.nodeid
    elif in_background(names):
        if latest.hopeless:
            raise NotJudged(latest.hopeless, Cause.RESTS_ON)
        _require_records(latest, clause, session.config)


def _require_records(latest: Latest, clause: Clause, config: Config) -> None:
    """Judge a clause about records only where some kind of them can still be made."""
    if latest.unmade.keys() == config.records.keys() and _rests_on_records(clause, config):
        raise NotJudged(next(iter(latest.unmade.values())), Cause.RESTS_ON)


def _rests_on_records(clause: Clause, config: Config) -> bool:
    """Whether a clause that a file promises would not be promised if it described no records."""
    return clause.promised(config) and not clause.promised(replace(config, records={}))


def _look(latest: Latest, clause: Clause, session: Session) -> None:
    """See what the latest clause left of the shared deployment, and start it again if need be."""
    try:
        found = _started_again(session, latest, clause)
        if found:
            session.say(f"the service {found} after {clause.id}; it was started again")
        if latest.verdict is Verdict.BROKEN:
            # Only what is broken may stand for others.
            _try_what_others_rest_on(latest, clause, session)
    except NotJudged as error:
        latest.lost = latest.hopeless = error.reason
        session.say(f"{error.reason}; what rests on that is not judged")
    except BoxproofError as error:
        latest.lost = f"the shared deployment could not be started again after {clause.id}: {error}"


def _started_again(session: Session, latest: Latest, clause: Clause) -> str:
    """What was wrong with the shared deployment; empty where it needed no new start.

    Raises:
        BootFailed, EngineError: it could not be started again.
        NotJudged: it answers nothing, and a new start does not help or cannot be made.
    """
    shared = session.shared_deployment
    if shared.revive(0.0 if latest.verdict is Verdict.KEPT else NOTICE_SECONDS):
        return "had ended"
    if latest.verdict is Verdict.KEPT or shared.is_answered():
        return ""
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
    return "answered nothing"


def _try_what_others_rest_on(latest: Latest, clause: Clause, session: Session) -> None:
    """Try the work, and to make records of each kind that the clause is about.

    Kinds that cannot be made any more are noted; a clause about something else does not stand for
    those about them.

    Raises:
        BootFailed, EngineError: the deployment could not be started again.
        NotJudged: its work fails for good.
    """
    shared, config = session.shared_deployment, session.config
    failure = _failure_for_good(clause, session, shared.failure_of_work)
    if failure:
        raise NotJudged(failure, Cause.RESTS_ON)
    for name, alone in config.by_kind().items():
        # What the work makes has been tried with it.
        tried = alone.record_is_work or name in latest.unmade
        if tried or not _rests_on_records(clause, alone):
            continue
        failure = _failure_for_good(clause, session, partial(shared.failure_of_records, name))
        if failure:
            latest.unmade[name] = failure
            session.say(f"{failure}; what rests on these records is not judged")


def _failure_for_good(clause: Clause, session: Session, ask: Callable[[], str]) -> str:
    """How what ``ask`` tries fails for good since a clause was judged; empty where it does not."""
    failure = ask()
    if failure and clause.effect is Effect.DISTURBS and session.target.offers(Restarts):
        # What was done to this one has been done to no other.
        session.shared_deployment.restart()
        mended, failure = failure, ask()
        if not failure:
            since = f"again and again after {clause.id}"
            session.say(f"{mended} {since}; the service was started again")
    return f"{failure} again and again since {clause.id}" if failure else ""


def note_judged(item: pytest.Function, clause: Clause, verdict: Verdict) -> None:
    """Remember which clause had the shared deployment last; one that was not let to it did not."""
    latest = item.session.stash.get(LATEST, None)
    if latest is not None and latest.holder == item.nodeid:
        latest.clause, latest.verdict = clause, verdict

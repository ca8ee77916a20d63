"""Acknowledged records are there after the server or its container was ended."""

from collections.abc import Iterable, Sequence

from boxproof.clauses.by_kind import any_kind, together
from boxproof.clauses.history_checks import DURABLE, after_kill, judge, readable, traceable
from boxproof.clauses.registry import clause
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.journal import Journal
from boxproof.journal.entries import Progress
from boxproof.scenarios.acknowledged import Reread
from boxproof.scenarios.fault_runs import FaultRuns
from boxproof.scenarios.restart_in_flight import Ended
from boxproof.targets.abilities import Kills, RecreatesContainer, Restarts

SHOWN = 5


@clause(
    "persistence.survives-restart",
    Level.MUST,
    "A record that was acknowledged before the server was stopped, or while it was, MUST read the "
    "same after the next start.",
    needs=(Restarts,),
    promised=any_kind(readable),
    effect=Effect.DISTURBS,
)
def survives_restart(restarted: Ended) -> None:
    require_all(restarted.rereads, "a restart")
    untried = restarted.in_flight
    if isinstance(untried, NotJudged):
        raise NotJudged(f"no record was made while it was stopped: {untried}", untried.cause)


@clause(
    "persistence.survives-kill",
    Level.MUST,
    "What was acknowledged before the server was ended by SIGKILL MUST be there, once and as it "
    "was acknowledged, after the next start.",
    needs=(Kills, Restarts),
    promised=traceable,
    effect=Effect.DISTURBS,
)
def survives_kill(fault_runs: FaultRuns, journal: Journal, cycles: int) -> None:
    history = after_kill(fault_runs)
    judge(history, *DURABLE)
    count = len(history.acknowledged)
    kills = "SIGKILL" if cycles == 1 else f"{cycles} times SIGKILL"
    journal.write(Progress(line=f"{kills}: none of {count} acknowledged writes lost"))


@clause(
    "persistence.survives-recreate",
    Level.MUST,
    "What was acknowledged MUST be there in a new container on the same volume.",
    needs=(RecreatesContainer,),
    promised=any_kind(readable),
)
def survives_recreate(kept: tuple[Reread, ...]) -> None:
    require_all(kept, "a new container on the same volume")


def require_all(rereads: Iterable[Reread], event: str, what: str = "records") -> None:
    """Break the clause, with a finding for each kind, where one does not read as it should."""
    kinds: dict[str, list[Reread]] = {}
    for each in rereads:
        kinds.setdefault(each.kind, []).append(each)
    breaches = {name: _lost(every, event, what) for name, every in kinds.items()}
    broken = {name: breach for name, breach in breaches.items() if breach is not None}
    if broken:
        raise together(broken) if len(kinds) > 1 else next(iter(broken.values()))


def _lost(every: Sequence[Reread], event: str, what: str) -> Breach | None:
    """The records of one kind that do not read as they should; None where all do."""
    lost = [each for each in every if each.loss]
    if not lost:
        return None
    return Breach(
        f"{len(lost)} of {len(every)} acknowledged {what} did not survive {event}",
        [line for each in lost[:SHOWN] for line in (each.loss, *each.evidence())],
        anomalies=[(each.loss, *each.evidence()) for each in lost],
    )

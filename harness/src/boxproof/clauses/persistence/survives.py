"""Acknowledged records are there after the server or its container was ended."""

from collections.abc import Iterable

from boxproof.clauses.history_checks import DURABLE, after_kill, judge, readable, traceable
from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged, require
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
    promised=readable,
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
    promised=readable,
)
def survives_recreate(kept: tuple[Reread, ...]) -> None:
    require_all(kept, "a new container on the same volume")


def require_all(rereads: Iterable[Reread], event: str, what: str = "records") -> None:
    """Break the clause with every record that does not read as it should after an event."""
    every = tuple(rereads)
    lost = [each for each in every if each.loss]
    require(
        not lost,
        f"{len(lost)} of {len(every)} acknowledged {what} did not survive {event}",
        [line for each in lost[:SHOWN] for line in (each.loss, *each.evidence())],
        anomalies=[(each.loss, *each.evidence()) for each in lost],
    )

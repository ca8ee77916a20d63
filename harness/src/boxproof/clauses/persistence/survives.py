"""Acknowledged records are there after the server or its container was ended."""

from collections.abc import Iterable

from boxproof.clauses.histories.disturbances import Ended
from boxproof.clauses.histories.ledger import Reread
from boxproof.clauses.histories.remade import Remade
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.targets.base import Kills, Restarts, Volume

SHOWN = 5


def readable(config: Config) -> bool:
    """Whether ``boxproof.toml`` speaks of a read."""
    return config.operations.read is not None


@clause(
    "persistence.survives-restart",
    Level.MUST,
    "A record that was acknowledged before the server was stopped, or while it was, MUST read the "
    "same after the next start.",
    needs=(Restarts,),
    promised=readable,
    disturbs=True,
)
def survives_restart(restarted: Ended) -> None:
    _require_all(restarted.rereads, "a restart")


@clause(
    "persistence.survives-kill",
    Level.MUST,
    "A record that was acknowledged before the server was ended by SIGKILL MUST read the same "
    "after the next start.",
    needs=(Kills, Restarts),
    promised=readable,
    disturbs=True,
)
def survives_kill(killed: Ended) -> None:
    _require_all(killed.rereads, "SIGKILL")


@clause(
    "persistence.survives-recreate",
    Level.MUST,
    "A record MUST read the same in a new container on the same volume.",
    needs=(Volume,),
    promised=readable,
)
def survives_recreate(remade: Remade) -> None:
    _require_all(remade.kept, "a new container on the same volume")


def _require_all(rereads: Iterable[Reread], event: str) -> None:
    every = tuple(rereads)
    lost = [each for each in every if each.loss]
    require(
        not lost,
        f"{len(lost)} of {len(every)} acknowledged records did not survive {event}",
        [line for each in lost[:SHOWN] for line in (each.loss, *each.evidence())],
    )

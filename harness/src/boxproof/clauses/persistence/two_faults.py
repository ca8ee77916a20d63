"""The server is ended while its disk is full, or its database locked, and started again later."""

from boxproof.clauses.history_checks import DURABLE, judge
from boxproof.clauses.refused_writes import stored, with_database
from boxproof.clauses.registry import clause
from boxproof.core.breaches import require_in_time
from boxproof.core.verdicts import Level
from boxproof.ledger.history import History
from boxproof.scenarios.storage_faults import Endured
from boxproof.targets.abilities import FillsVolume, Kills, LosesPower, Restarts, RunsScripts

#: What is lost there already is lost here as well.
ALONE = ("persistence.survives-disk-full", "persistence.survives-kill")


@clause(
    "persistence.killed-on-full-disk",
    Level.SHOULD,
    "A server that was ended by SIGKILL while the disk was full SHOULD start once there is room, "
    "with what was acknowledged, and without what was refused.",
    needs=(FillsVolume, Kills, Restarts),
    promised=stored,
    follows=ALONE,
)
def survives_kill_on_full_disk(killed_on_full_disk: Endured) -> None:
    _judge(killed_on_full_disk)


@clause(
    "persistence.restarted-on-full-disk",
    Level.SHOULD,
    "A server that was stopped by SIGTERM while the disk was full SHOULD start once there is room, "
    "with what was acknowledged, and without what was refused.",
    needs=(FillsVolume, Restarts),
    promised=stored,
    follows=(
        "persistence.survives-disk-full",
        "persistence.killed-on-full-disk",
        "persistence.survives-restart",
    ),
    full=True,
)
def survives_restart_on_full_disk(restarted_on_full_disk: Endured) -> None:
    _judge(restarted_on_full_disk)


@clause(
    "persistence.killed-on-locked-database",
    Level.SHOULD,
    "A server that was ended by SIGKILL while another process held its database's lock SHOULD "
    "start once that is released, with what was acknowledged, and without what was refused.",
    needs=(FillsVolume, Kills, Restarts, RunsScripts),
    promised=with_database,
    follows=("persistence.survives-database-locked", "persistence.survives-kill"),
    full=True,
)
def survives_kill_on_locked_database(killed_on_locked_database: Endured) -> None:
    _judge(killed_on_locked_database)


@clause(
    "persistence.power-lost-on-full-disk",
    Level.SHOULD,
    "A server whose power failed while the disk was full SHOULD start once there is room, with "
    "what was acknowledged, and without what was refused.",
    needs=(FillsVolume, LosesPower),
    promised=stored,
    follows=(*ALONE, "persistence.survives-power-loss"),
    full=True,
)
def survives_power_loss_on_full_disk(power_lost_on_full_disk: History) -> None:
    judge(power_lost_on_full_disk, *DURABLE)


def _judge(endured: Endured) -> None:
    judge(endured.history, *DURABLE)
    require_in_time(not endured.unrecovered, f"after the start: {endured.unrecovered}")

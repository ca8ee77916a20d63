"""Another process holds the database's write lock, and lets it go later."""

from boxproof.clauses.history_checks import DURABLE, judge
from boxproof.clauses.refused_writes import require_clean_refusals, require_met, with_database
from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, require, require_in_time
from boxproof.core.verdicts import Level
from boxproof.scenarios.storage_faults import Endured
from boxproof.targets.abilities import FillsVolume, RunsScripts


@clause(
    "persistence.survives-database-locked",
    Level.SHOULD,
    "What was acknowledged SHOULD be there, and what was refused not at all, after another process "
    "held the database's lock; then writes SHOULD be acknowledged again.",
    needs=(FillsVolume, RunsScripts),
    promised=with_database,
)
def survives_database_locked(on_locked_database: Endured, config: Config) -> None:
    endured = on_locked_database
    judge(endured.history, *DURABLE)
    require_in_time(not endured.unrecovered, f"after the lock was released: {endured.unrecovered}")
    assert endured.tried is not None
    require_met(endured.tried, config, f"{config.durability.database!r} is not what it writes to")


@clause(
    "persistence.locked-database-refused-cleanly",
    Level.SHOULD,
    "While another process holds the database's lock, a write SHOULD be refused with 503 or 507 "
    "within the time limit of a request, in the documented shape, and health SHOULD answer.",
    needs=(FillsVolume, RunsScripts),
    promised=with_database,
)
def locked_refused_cleanly(on_locked_database: Endured, shapes: Shapes) -> None:
    tried = on_locked_database.tried
    assert tried is not None
    require_clean_refusals(tried.writes, shapes)
    for said in tried.health:
        if isinstance(said, NoAnswer):
            require(False, f"the health path does not answer: {said.summary}", said.evidence)

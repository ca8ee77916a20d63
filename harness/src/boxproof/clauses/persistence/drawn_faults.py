"""Faults one after another, drawn from the run's seed."""

from boxproof.clauses.history_checks import DURABLE, judge, listed
from boxproof.clauses.registry import clause
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.ledger.checkers import ids, order, visible
from boxproof.scenarios.fault_runs import FaultRuns
from boxproof.targets.abilities import Kills, Restarts


@clause(
    "persistence.survives-schedule",
    Level.MUST,
    "What was acknowledged MUST be there, in order and seen by all, after faults drawn from the "
    "run's seed, one after another.",
    needs=(Kills, Restarts),
    promised=listed,
    effect=Effect.DISTURBS,
)
def survives_schedule(fault_runs: FaultRuns) -> None:
    history = fault_runs.under_schedule()
    judge(
        history,
        *DURABLE,
        ids.reused,
        order.misordered,
        order.skipped,
        visible.unread,
        visible.unlisted,
        visible.went_back,
    )

"""Faults that the service lives through: one worker lost, a pause, a reload."""

from boxproof.clauses.history_checks import DURABLE, judge_under, listed
from boxproof.clauses.registry import clause
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.ledger.checkers import visible
from boxproof.scenarios.fault_runs import FaultRuns
from boxproof.targets.abilities import InspectsProcesses, Pauses


@clause(
    "persistence.survives-worker-loss",
    Level.MUST,
    "What was acknowledged MUST be there, and seen by every worker, when one of them is killed.",
    needs=(InspectsProcesses,),
    promised=lambda config: listed(config) and config.server is not None,
    effect=Effect.DISTURBS,
)
def survives_worker_loss(fault_runs: FaultRuns) -> None:
    judge_under(fault_runs, "kill-worker", *DURABLE, visible.unread, visible.unlisted)


@clause(
    "persistence.survives-pause",
    Level.MUST,
    "What was acknowledged MUST be there, and nothing stored twice, after the service was paused.",
    needs=(Pauses,),
    promised=listed,
    effect=Effect.DISTURBS,
)
def survives_pause(fault_runs: FaultRuns) -> None:
    judge_under(fault_runs, "pause", *DURABLE, visible.unread, visible.unlisted)


@clause(
    "persistence.survives-reload",
    Level.SHOULD,
    "What was acknowledged SHOULD be there when the server loads its settings again on SIGHUP.",
    needs=(InspectsProcesses,),
    promised=lambda config: listed(config) and config.server is not None and config.server.reloads,
    effect=Effect.DISTURBS,
)
def survives_reload(fault_runs: FaultRuns) -> None:
    judge_under(fault_runs, "reload", *DURABLE, visible.unread, visible.unlisted)

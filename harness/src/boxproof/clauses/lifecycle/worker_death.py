"""A worker dies: another takes its place, and nobody else notices."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require, require_in_time
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.worker_kill import WorkerLost
from boxproof.targets.abilities import InspectsProcesses
from boxproof.targets.server_processes import process_lines

FLIGHTS = 5


@clause(
    "lifecycle.worker-replaced",
    Level.MUST,
    "A worker that is killed MUST be replaced.",
    needs=(InspectsProcesses,),
    promised=lambda config: config.server is not None,
    effect=Effect.DISTURBS,
)
def worker_replaced(worker_lost: WorkerLost, config: Config) -> None:
    require_in_time(
        worker_lost.replaced is not None,
        f"worker {worker_lost.victim.pid} was not replaced within {config.limits.boot_seconds:g} s",
        (*worker_lost.evidence(), *process_lines(worker_lost.after)),
    )
    masters = [each.pid for each in worker_lost.after]
    require(
        worker_lost.before.master.pid in masters,
        "the master ended with its worker",
        (*worker_lost.evidence(), *process_lines(worker_lost.after)),
    )


@clause(
    "lifecycle.worker-death-unnoticed",
    Level.MUST,
    "Requests that begin after a worker's death MUST succeed.",
    needs=(InspectsProcesses,),
    promised=lambda config: config.server is not None,
    effect=Effect.DISTURBS,
)
def worker_loss_unnoticed(worker_lost: WorkerLost) -> None:
    begun = worker_lost.begun_after()
    wrong = [each for each in begun if not each.is_success]
    require(
        not wrong,
        f"{len(wrong)} of {len(begun)} requests that began after the worker's death failed",
        [
            *worker_lost.evidence(),
            *(line for each in wrong[:FLIGHTS] for line in each.evidence()),
        ],
        anomalies=[each.evidence() for each in wrong],
    )
    if not any(each.request.valid for each in begun):
        raise NotJudged("no write was sent after the worker's death", Cause.UNDECIDED)

"""What becomes of processes that end: orphans, a killed worker, workers that are replaced."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require, require_in_time
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.worker_events import Orphaned, Reloaded, Survivors
from boxproof.scenarios.worker_kill import WorkerLost
from boxproof.targets.abilities import InspectsProcesses, RunsShell
from boxproof.targets.server_processes import process_lines

FLIGHTS = 5


@clause(
    "lifecycle.reaps-orphans",
    Level.MUST,
    "A process that has ended, a worker or an orphan, MUST NOT stay behind as a zombie.",
    needs=(InspectsProcesses, RunsShell),
    promised=lambda config: config.server is not None,
    effect=Effect.DISTURBS,
)
def reaps_orphans(orphaned: Orphaned, worker_lost: WorkerLost, config: Config) -> None:
    require_in_time(
        not orphaned.left,
        f"{len(orphaned.left)} of {len(orphaned.pids)} orphans were not reaped by the first process"
        f" within {config.limits.stop_seconds:g} s",
        (*orphaned.evidence(), *process_lines(orphaned.left)),
    )
    zombies = [each for each in worker_lost.after if each.pid == worker_lost.victim.pid]
    require(
        not zombies,
        "the worker that was killed is still there",
        (*worker_lost.evidence(), *process_lines(worker_lost.after)),
    )


@clause(
    "lifecycle.reload-loses-nothing",
    Level.MUST,
    "While SIGHUP replaces its workers the server MUST answer every request on a fresh connection.",
    needs=(InspectsProcesses,),
    promised=lambda config: config.server is not None and config.server.reloads,
    effect=Effect.DISTURBS,
)
def reload_refuses_nobody(reloaded: Reloaded, config: Config) -> None:
    wrong = [each for each in reloaded.exchanges if not each.is_success]
    require(
        not wrong,
        f"{len(wrong)} of {len(reloaded.exchanges)} requests around SIGHUP were refused or failed",
        [
            *reloaded.evidence(),
            *(line for each in wrong[:FLIGHTS] for line in each.evidence()),
        ],
        anomalies=[each.evidence() for each in wrong],
    )
    require_in_time(
        not reloaded.kept,
        f"after SIGHUP the workers were not replaced within {config.limits.boot_seconds:g} s",
        (*reloaded.evidence(), *process_lines(reloaded.kept)),
    )
    idle = [each for each in reloaded.ordered if not reloaded.during(each)]
    if idle:
        raise NotJudged(
            f"no request was in flight at SIGHUP ({len(idle)} of {len(reloaded.ordered)} times)",
            Cause.UNDECIDED,
        )


@clause(
    "lifecycle.worker-death-contained",
    Level.MUST,
    "The death of a worker MUST NOT lose more requests than it had in hand.",
    needs=(InspectsProcesses, RunsShell),
    promised=lambda config: config.server is not None and config.server.workers > 1,
    effect=Effect.DISTURBS,
)
def worker_death_costs_its_own(survivors: Survivors) -> None:
    lost = [each for each in survivors.exchanges if not each.is_success]
    require(
        len(lost) <= survivors.in_flight,
        f"worker {survivors.victim.pid} had {survivors.in_flight} of {len(survivors.exchanges)} "
        f"requests in hand when it was killed, and {len(lost)} were lost",
        [
            *survivors.evidence(),
            *(line for each in lost[:FLIGHTS] for line in each.evidence()),
        ],
        anomalies=[each.evidence() for each in lost],
    )

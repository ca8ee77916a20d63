"""The server's processes, and what happens when one of its workers is killed."""

import re
import signal
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from boxproof.config.options import Config
from boxproof.core import cancellation
from boxproof.core.breaches import Breach, Late, NotJudged
from boxproof.journal import Journal
from boxproof.probes.exchange import Exchange
from boxproof.scenarios.acknowledged import AcknowledgedRecords
from boxproof.scenarios.done import SHARED, Done, evidence, timed_log
from boxproof.targets.abilities import InspectsProcesses, Line, Process
from boxproof.targets.base import Deployment
from boxproof.targets.server_processes import Tree, process_lines, remaining, tree_of

LOOK_SECONDS = 0.1
#: Complete answers that are waited for once the worker is replaced, to requests that begin when the
#: new one has had this long to take its part of them.
ANSWERS_AFTER = 16
SETTLED_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """One worker was killed under traffic.

    Attributes:
        victim: the worker that was killed.
        killed: when it was sent SIGKILL, on the journal's clock.
        gone: when it was seen to be gone, on the journal's clock.
        replaced: when as many workers as before were seen again; None when they were not.
        tree: the processes before and after.
        exchanges: every request around it.
        log: what the server had written by the end; None where nobody can tell its times.
    """

    victim: Process
    killed: float
    gone: float
    replaced: float | None
    before: Tree
    after: tuple[Process, ...]
    exchanges: tuple[Exchange, ...]
    log: tuple[Line, ...] | None

    def evidence(self) -> tuple[str, ...]:
        """What was done to which deployment, with its log of that second."""
        pid = self.victim.pid
        done = (
            Done(self.killed, SHARED, f"SIGKILL to worker {pid}"),
            Done(self.gone, SHARED, f"worker {pid} is gone"),
        )
        return evidence(done, self.log)

    def begun_after(self) -> tuple[Exchange, ...]:
        """The requests that had nothing to do with the dead worker."""
        return tuple(each for each in self.exchanges if each.began > self.gone)


@pytest.fixture(scope="session")
def worker_lost(
    deployment: Deployment,
    processes: InspectsProcesses,
    acknowledged_records: AcknowledgedRecords,
    journal: Journal,
    config: Config,
) -> WorkerLost:
    """SIGKILL to one worker while clients make records and look at the health path."""
    if config.server is None:
        raise NotJudged(f"{config.file} has no [server]")
    pattern = config.server.master
    before = tree_of(processes.processes(), pattern)
    if not before.workers:
        raise Breach("the master has no workers", process_lines(processes.processes()))
    victim = before.workers[0]
    limit_seconds = config.limits.request_seconds
    with acknowledged_records.traffic(health=True) as traffic:
        traffic.wait_in_flight(1, limit_seconds)
        killed = journal.now()
        processes.signal_process(victim.pid, signal.SIGKILL)
        gone, replaced = None, None
        deadline = journal.now() + config.limits.boot_seconds
        now = remaining(processes)
        while journal.now() < deadline:
            workers = live_workers(now, before.master, pattern)
            if gone is None and victim.pid not in workers:
                gone = journal.now()
            if gone is not None and len(workers) >= len(before.workers):
                replaced = journal.now()
                since = replaced + SETTLED_SECONDS
                traffic.wait_answered(ANSWERS_AFTER, limit_seconds, since)
                break
            cancellation.wait(LOOK_SECONDS)
            now = remaining(processes)
    if gone is None:
        sent = Done(killed, SHARED, f"SIGKILL to worker {victim.pid}")
        raise Late(
            f"worker {victim.pid} is still running {config.limits.boot_seconds:g} s after SIGKILL",
            (*evidence([sent], timed_log(deployment)), *process_lines(now)),
        )
    return WorkerLost(
        victim, killed, gone, replaced, before, now, traffic.exchanges(), timed_log(deployment)
    )


def live_workers(processes: Iterable[Process], master: Process, pattern: str) -> set[int]:
    """The master's live workers; a dead one that waits to be reaped has no command line."""
    return {
        each.pid
        for each in processes
        if each.parent == master.pid and re.search(pattern, each.command)
    }

"""What is done to the processes of the shared deployment, which goes on."""

import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.polling import until
from boxproof.core.verdicts import Cause
from boxproof.journal import Journal
from boxproof.probes.exchange import Exchange
from boxproof.probes.messages import Request
from boxproof.probes.traffic import Traffic
from boxproof.probes.work import Work
from boxproof.scenarios.done import SHARED, Done, evidence, timed_log
from boxproof.scenarios.requests_in_hand import in_hand
from boxproof.scenarios.worker_kill import live_workers
from boxproof.targets.abilities import InspectsProcesses, Line, Process, RunsShell
from boxproof.targets.base import Deployment
from boxproof.targets.server_processes import Tree, process_lines, remaining, tree_of

#: Parents that end at once, each with a child that does not.
ORPHAN = "sh -c 'sleep 600 >/dev/null 2>&1 & echo $!'"
ORPHANS = 3
#: Fresh connections at a time while the workers are replaced, and how often they are.
CLIENTS = 8
RELOADS = 3
ANSWERS = 16
#: Requests in hand when a worker is killed, and looks that tell them from other connections.
HELD = 6
LOOKS = 3


@dataclass(frozen=True, slots=True)
class Orphaned:
    """Processes inside whose parents have ended, and that were killed.

    Attributes:
        killed: when they were sent SIGKILL, on the journal's clock.
        left: those that were never reaped.
        log: what the server had written by the end; None where nobody can tell its times.
    """

    pids: tuple[int, ...]
    killed: float
    left: tuple[Process, ...]
    log: tuple[Line, ...] | None

    def evidence(self) -> tuple[str, ...]:
        """What was done to which deployment, with its log of that second."""
        pids = ", ".join(map(str, self.pids))
        return evidence([Done(self.killed, SHARED, f"SIGKILL to orphans {pids}")], self.log)


@dataclass(frozen=True, slots=True)
class Reloaded:
    """Workers replaced by SIGHUP under load.

    Attributes:
        ordered: when each SIGHUP was sent, on the journal's clock.
        kept: workers that were still there at the limit, though they should have been replaced.
        exchanges: every request around it, each on a fresh connection.
        log: what the server had written by the end; None where nobody can tell its times.
    """

    ordered: tuple[float, ...]
    kept: tuple[Process, ...]
    exchanges: tuple[Exchange, ...]
    log: tuple[Line, ...] | None

    def evidence(self) -> tuple[str, ...]:
        """What was done to which deployment, with its log of those seconds."""
        what = "SIGHUP to the first process"
        return evidence([Done(each, SHARED, what) for each in self.ordered], self.log)

    def during(self, moment: float) -> int:
        """How many requests were in flight in the second after it."""
        return sum(
            each.began < moment + 1 and (each.ended is None or each.ended > moment)
            for each in self.exchanges
        )


@dataclass(frozen=True, slots=True)
class Survivors:
    """A worker was killed while each worker had requests in hand.

    Attributes:
        killed: when, on the journal's clock.
        in_flight: how many the killed worker had.
        exchanges: all of them.
        log: what the server had written by the end; None where nobody can tell its times.
    """

    victim: Process
    killed: float
    in_flight: int
    exchanges: tuple[Exchange, ...]
    log: tuple[Line, ...] | None

    def evidence(self) -> tuple[str, ...]:
        """What was done to which deployment, with its log of that second."""
        what = f"SIGKILL to worker {self.victim.pid}"
        return evidence([Done(self.killed, SHARED, what)], self.log)


@pytest.fixture(scope="session")
def orphaned(
    deployment: Deployment,
    shell: RunsShell,
    processes: InspectsProcesses,
    journal: Journal,
    config: Config,
) -> Orphaned:
    """Orphans, looked for until they are gone or the limit is reached."""
    pids = tuple(int(shell.shell(ORPHAN)) for _ in range(ORPHANS))
    seen = {each.pid for each in processes.processes()}
    killed = journal.now()
    shell.shell(f"kill -9 {' '.join(map(str, pids))}; echo done")
    if not seen.issuperset(pids):
        raise NotJudged("the orphans were not seen among the processes", Cause.UNDECIDED)

    def left() -> tuple[Process, ...]:
        return tuple(each for each in processes.processes() if each.pid in pids)

    until(lambda: not left(), config.limits.stop_seconds)
    return Orphaned(pids, killed, left(), timed_log(deployment))


@pytest.fixture(scope="session")
def reloaded(
    deployment: Deployment,
    processes: InspectsProcesses,
    work: Work,
    journal: Journal,
    config: Config,
) -> Reloaded:
    """SIGHUP to the first process, several times, while clients connect afresh all the time."""
    assert config.server is not None
    pattern, limit_seconds = config.server.master, config.limits.boot_seconds
    if not tree_of(processes.processes(), pattern).workers:
        raise NotJudged("the server has no workers that SIGHUP could replace", Cause.UNDECIDED)

    def asked() -> list[Request]:
        health = Work(work.client, config.health.request).request()
        return [work.request(work.valid.light), health]

    ordered: list[float] = []
    kept: tuple[Process, ...] = ()
    with Traffic(asked, journal, clients=CLIENTS) as traffic:
        if not traffic.wait_answered(ANSWERS, config.limits.request_seconds):
            raise NotJudged(
                f"fewer than {ANSWERS} requests were answered before SIGHUP",
                Cause.UNDECIDED,
                late=True,
            )
        for _ in range(RELOADS):
            before = tree_of(processes.processes(), pattern)
            ordered.append(journal.now())
            processes.signal_process(processes.first_process(), signal.SIGHUP)
            if not until(partial(_replaced, processes, before, pattern), limit_seconds):
                kept = before.workers
                break
        since = journal.now()
        traffic.wait_answered(ANSWERS, config.limits.request_seconds, since=since)
    return Reloaded(tuple(ordered), kept, traffic.exchanges(), timed_log(deployment))


def _replaced(processes: InspectsProcesses, before: Tree, pattern: str) -> bool:
    """Whether other workers, as many as before, have taken the place of all."""
    now = live_workers(remaining(processes), before.master, pattern)
    old = {each.pid for each in before.workers}
    return len(now) >= len(old) and not now & old


@pytest.fixture(scope="session")
def survivors(
    deployment: Deployment,
    processes: InspectsProcesses,
    shell: RunsShell,
    work: Work,
    journal: Journal,
    config: Config,
) -> Survivors:
    """SIGKILL to the worker with the fewest requests in hand; the others' go on afterwards."""
    assert config.server is not None
    tree = tree_of(processes.processes(), config.server.master)
    if len(tree.workers) < 2:
        raise Breach("one worker has every request in hand", process_lines(tree.workers))
    pids = [each.pid for each in tree.workers]
    health = Work(work.client, config.health.request).request()
    idle = _sockets(shell, pids)
    with in_hand(tuple(work.request() for _ in range(HELD)), health, journal) as kept:
        held = kept.requests
        busy = _sockets(shell, pids)
        in_flight = requests_of(idle, busy)
        victim = min(tree.workers, key=lambda each: in_flight[each.pid])
        killed = journal.now()
        processes.signal_process(victim.pid, signal.SIGKILL)
        until(
            lambda: victim.pid not in {each.pid for each in processes.processes() if each.command},
            config.limits.stop_seconds,
        )
        exchanges = tuple(each.release() for each in held)
    wanted = len(tree.workers)
    pattern = config.server.master
    until(
        lambda: len(live_workers(processes.processes(), tree.master, pattern)) >= wanted,
        config.limits.boot_seconds,
    )
    return Survivors(victim, killed, in_flight[victim.pid], exchanges, timed_log(deployment))


def requests_of(idle: Mapping[int, int], busy: Mapping[int, int]) -> dict[int, int]:
    """How many requests each process has in hand, by its sockets without them and with them.

    Raises:
        NotJudged: together they have fewer than there are.
    """
    each = {pid: max(0, sockets - idle[pid]) for pid, sockets in busy.items()}
    if sum(each.values()) < HELD:
        raise NotJudged(
            f"of {HELD} requests in hand only {sum(each.values())} were found in a worker",
            Cause.UNDECIDED,
        )
    return each


def _sockets(shell: RunsShell, pids: Iterable[int]) -> dict[int, int]:
    """How many sockets each process holds, by the fewest of a few looks.

    One more may be a look at its health that passes by.

    Raises:
        NotJudged: nobody inside may look.
    """
    script = "; ".join(f"echo pid {pid}; ls -l /proc/{pid}/fd" for pid in pids)
    looks: dict[int, list[int]] = {pid: [] for pid in pids}
    for _ in range(LOOKS):
        parts = shell.shell(script).split("pid ")[1:]
        for part in parts:
            pid, _, listed = part.partition("\n")
            if "->" not in listed:
                raise NotJudged("the open files of the workers cannot be looked at")
            looks[int(pid)].append(listed.count("socket:"))
    return {pid: min(counts) for pid, counts in looks.items()}

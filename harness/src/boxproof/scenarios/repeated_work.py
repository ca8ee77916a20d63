"""The same work again and again on the shared deployment, and what its processes use afterwards.

Three arms: work that is done, requests that are refused, clients that leave. Each warms up until a
plateau is measured, goes on for a block of cycles, and, where something grew in that one, for a
second block of cycles of doubled work.
"""

import itertools
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from time import monotonic as now

import pytest

from boxproof.config.options import Config
from boxproof.core.daemon_pool import DaemonPool
from boxproof.core.leak_gate import CYCLES_LEAST, Gate, Growth, Point, growth, has_settled
from boxproof.core.time_budget import TimeBudget
from boxproof.journal import Journal
from boxproof.journal.entries import Noted, Progress
from boxproof.probes.client import Client
from boxproof.probes.departures import left_unanswered
from boxproof.probes.refused_requests import refusals
from boxproof.probes.work import Work
from boxproof.scenarios.asked_at_once import said
from boxproof.scenarios.idle_use import IdleUse
from boxproof.targets.abilities import InspectsProcesses, SamplesUsage

#: The requests of one cycle, and how many clients send them.
REQUESTS = 40
CLIENTS = 4
#: Warming up ends without a plateau, too: a leak never comes to one.
WARM_UP_CYCLES = 8
#: After this much time the cycles of an arm end, however many they are.
ARM_SECONDS = 150.0
LEAVING_SECONDS = 0.01
#: What is taken at a time: memory comes in arenas, and pools grow by a few.
MEMORY_QUANTUM_BYTES = 2 * 1024 * 1024
COUNT_QUANTUM = 8.0
#: Of what is counted, a request may leave behind a small part of one.
COUNT_BUDGET = 0.02


@dataclass(frozen=True)
class Arm:
    """One kind of work, and what was used after each of its cycles.

    Attributes:
        problem: why nothing can be said of it; empty where something can.
        growths: of everything that was measured, in the first block of cycles and in the second,
            which is None where nothing had grown in the first.
    """

    name: str
    problem: str
    growths: dict[str, tuple[Growth, Growth | None]] = field(default_factory=dict)
    series: dict[str, tuple[Point, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class RepeatedWork:
    """Every arm."""

    arms: tuple[Arm, ...]

    @property
    def reach(self) -> str:
        """The smallest leaks that would have been found, of the arm where most escapes."""
        most: dict[str, float] = {}
        for arm in self.arms:
            for name, (first, _) in arm.growths.items():
                most[name] = max(most.get(name, 0.0), first.detectable)
        told = ", ".join(f"{name} {per_request(name, each)}" for name, each in most.items())
        return f"the smallest leaks that would have been found: {told}" if told else ""


def per_request(name: str, number: float) -> str:
    """A growth of something, for a person."""
    if name == "memory":
        return f"{number / 1000:.1f} kB a request"
    return f"{number:.2f} a request"


def gates(leaked_bytes: int) -> dict[str, Gate]:
    """What growth is let through, of everything that is measured.

    Args:
        leaked_bytes: the memory that a request may leave behind.
    """
    counted = Gate(COUNT_BUDGET, COUNT_QUANTUM)
    memory = Gate(float(leaked_bytes), MEMORY_QUANTUM_BYTES)
    return {"memory": memory, "descriptors": counted, "threads": counted, "processes": counted}


class Measured:
    """Sends cycles of requests, and measures what is used after each."""

    def __init__(
        self,
        usage: SamplesUsage,
        processes: InspectsProcesses,
        gates: dict[str, Gate],
        journal: Journal,
    ) -> None:
        self._use = IdleUse(usage, processes)
        self._gates = gates
        self._journal = journal
        self._first = self._use.pids()

    def arm(self, name: str, send: Callable[[], object]) -> Arm:
        """Everything about one kind of work."""
        deadline = now() + ARM_SECONDS
        warm = self._cycles(send, REQUESTS, WARM_UP_CYCLES, deadline, until_settled=True)
        first = self._cycles(send, REQUESTS, CYCLES_LEAST, deadline)
        problem = self._problem(first, before=warm)
        if problem:
            return Arm(name, problem)
        growths: dict[str, tuple[Growth, Growth | None]] = {
            each: (growth(points, self._gates[each]), None) for each, points in first.items()
        }
        series = {each: (*warm[each], *points) for each, points in first.items()}
        if not any(each.suspected for each, _ in growths.values()):
            return Arm(name, "", growths, series)
        second = self._cycles(send, 2 * REQUESTS, CYCLES_LEAST, deadline + ARM_SECONDS)
        problem = self._problem(second, before={})
        if problem:
            return Arm(name, problem)
        for each, points in second.items():
            growths[each] = (growths[each][0], growth(points, self._gates[each]))
            series[each] = (*series[each], *points)
        return Arm(name, "", growths, series)

    def _cycles(
        self,
        send: Callable[[], object],
        requests: int,
        cycles: int,
        deadline: float,
        *,
        until_settled: bool = False,
    ) -> dict[str, list[Point]]:
        points: dict[str, list[Point]] = {}
        for number in range(1, cycles + 1):
            if now() > deadline:
                break
            with closing(DaemonPool(CLIENTS, "repeated work")) as pool:
                for sent in [pool.submit(send) for _ in range(requests)]:
                    sent.result()
            used = self._use.measured()
            self._journal.write(Noted(what=f"a cycle of {requests} requests", details=used))
            for name, each in used.items():
                points.setdefault(name, []).append(Point(number * requests, each))
            if until_settled and all(has_settled(points[one], self._gates[one]) for one in points):
                break
        return points

    def _problem(self, points: dict[str, list[Point]], before: dict[str, list[Point]]) -> str:
        """Why a block of cycles, after others, says nothing; empty where it does."""
        gone = self._first - self._use.pids()
        if gone:
            return f"processes ended meanwhile: {', '.join(map(str, sorted(gone)))}"
        done, earlier = (max(map(len, each.values()), default=0) for each in (points, before))
        if done < CYCLES_LEAST:
            needed = ARM_SECONDS * (earlier + CYCLES_LEAST) / max(1, earlier + done)
            return (
                f"{done} of {CYCLES_LEAST} cycles were done in {ARM_SECONDS:g} s; all of them take "
                f"some {needed:.0f} s"
            )
        return ""


@pytest.fixture(scope="session")
def repeated_work(
    http: Client,
    work: Work,
    journal: Journal,
    config: Config,
    usage: SamplesUsage,
    processes: InspectsProcesses,
    budget: TimeBudget,
) -> RepeatedWork:
    """What the shared deployment uses after each of many cycles of equal work."""
    light = config.work.light
    refused = itertools.cycle(refusals(http, work))
    sends: dict[str, Callable[[], object]] = {
        "work that is done": lambda: said(lambda: work.send(**light)),
        "requests that are refused": lambda: said(lambda: http.send(next(refused))),
        "clients that leave": lambda: left_unanswered(
            work.request(light), journal, LEAVING_SECONDS
        ),
    }
    measured = Measured(usage, processes, gates(config.resources.leaked_bytes or 0), journal)
    arms = []
    for name, send in sends.items():
        budget.check()
        journal.write(Progress(line=f"looking for leaks: {name}"))
        arms.append(measured.arm(name, send))
    return RepeatedWork(tuple(arms))

"""A load for as long as one likes, and what it leaves behind: memory, descriptors, lost records.

In each round users ask at an even pace, half of what the service can do, and pause from time to
time: what its processes use when they are idle then are the points of the leak gate. At its end
faults are done, under the same load, while a ledger's writers and readers work; what they were
told is read back.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest

from boxproof.config.load_options import BUILT_IN
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.leak_gate import CYCLES_LEAST, Gate, Growth, Point, growth, has_settled, leaks
from boxproof.core.time_budget import TimeBudget
from boxproof.core.verdicts import Cause
from boxproof.journal import Journal
from boxproof.journal.entries import LoadBegan, LoadFound, Noted, Progress
from boxproof.ledger.history import History
from boxproof.probes.client import Client
from boxproof.probes.load_seconds import LoadMaker, RunningLoad, added
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work
from boxproof.scenarios.fault_runs import FaultRuns
from boxproof.scenarios.health_watch import HealthWatch
from boxproof.scenarios.idle_use import IdleUse
from boxproof.scenarios.load_run import Conductor, pace_of
from boxproof.scenarios.repeated_work import gates
from boxproof.targets.abilities import InspectsProcesses, SamplesUsage
from boxproof.targets.base import Deployment, Target
from boxproof.targets.engine_lock import EngineLock

SOAK = "soak"
#: The share of the knee that is asked for, and how long each load is tried when it is looked for.
SHARE, STEP_SECONDS = 0.5, 5.0
#: So long is a round at most; so much of it is without faults.
ROUND_SECONDS, CALM_SHARE = 600.0, 0.8
#: Cycles that may pass until what is used has settled, and all cycles of a round with them.
WARM_UP_CYCLES = 6
CYCLES = WARM_UP_CYCLES + 2 * CYCLES_LEAST
#: In a cycle users ask for so long at least, and then pause for about so long; all of them come and
#: go within so many seconds.
CYCLE_SECONDS, PAUSE_SECONDS, TURN_SECONDS = 4.0, 5.0, 1.0
#: A leak of so many times the budget must be found, or nothing was shown.
FINDS = 2.0


@dataclass
class Round:
    """What one life of the service used.

    Attributes:
        points: what was in use after so many requests, by what it is.
        growths: in the first half of what came after warming up, and in the second.
        problem: why nothing can be said of it; empty where something can.
    """

    points: dict[str, list[Point]] = field(default_factory=dict)
    growths: dict[str, tuple[Growth, Growth]] = field(default_factory=dict)
    problem: str = ""

    @property
    def requests(self) -> int:
        """How many there were."""
        return max((each[-1].requests for each in self.points.values() if each), default=0)

    def leaks(self, name: str) -> bool:
        """Whether it grew in both halves."""
        return name in self.growths and leaks(*self.growths[name])


@dataclass
class SoakRun:
    """What a soak showed; ``faults`` is why there is no history where there is none."""

    rounds: list[Round] = field(default_factory=list)
    histories: list[History] = field(default_factory=list)
    faults: NotJudged | None = None
    gates: dict[str, Gate] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        """How many there were in all rounds."""
        return sum(each.requests for each in self.rounds)


@dataclass
class Soak:
    """Leads one soak."""

    begin: Callable[[], RunningLoad]
    users: int
    minutes: float
    use: IdleUse
    journal: Journal
    gates: dict[str, Gate]
    fault_runs: FaultRuns | None

    def run(self) -> SoakRun:
        """All of its rounds; none after one that leaks."""
        found = SoakRun(gates=self.gates)
        whole = self.minutes * 60
        rounds = max(1, round(whole / ROUND_SECONDS))
        for number in range(1, rounds + 1):
            with closing(self.begin()) as load:
                found.rounds.append(self._calm(load, number, CALM_SHARE * whole / rounds))
                leaking = [name for name in self.gates if found.rounds[-1].leaks(name)]
                if leaking:
                    self._say(f"round {number}: {', '.join(leaking)} grow; nothing more is needed")
                    break
                self._faults(load, number, found)
        return found

    def _calm(self, load: RunningLoad, number: int, seconds: float) -> Round:
        """Cycles of load and pause; ends once a leak is certain."""
        made, first = Round(), self.use.pids()
        began, settled = time.time(), 0
        for cycle in range(1, CYCLES + 1):
            ends = began + cycle * seconds / CYCLES - PAUSE_SECONDS
            self._ask(load, max(ends, time.time() + CYCLE_SECONDS))
            used, requests = self.use.measured(), self._requests(load, began)
            details = {**used, "requests": requests}
            self.journal.write(Noted(what=f"a cycle of soak round {number}", details=details))
            for name, each in used.items():
                made.points.setdefault(name, []).append(Point(requests, each))
            cycles = len(next(iter(made.points.values())))
            if not settled and (cycles >= WARM_UP_CYCLES or self._has_settled(made)):
                settled = cycles
            if settled and cycles - settled >= 2 * CYCLES_LEAST:
                self._weigh(made, settled)
                if any(made.leaks(name) for name in self.gates):
                    return made
        gone = first - self.use.pids()
        if gone:
            made.problem = f"processes ended meanwhile: {', '.join(map(str, sorted(gone)))}"
        elif not made.growths:
            done = len(next(iter(made.points.values()), []))
            made.problem = f"{done} cycles were done, and {CYCLES} are needed"
        return made

    def _ask(self, load: RunningLoad, until: float) -> None:
        """Have all users ask until a moment, then none."""
        load.users(self.users, TURN_SECONDS)
        ended = not load.wait_for(until)
        load.users(0, TURN_SECONDS)
        if ended or not load.wait_for(time.time() + 2 * TURN_SECONDS):
            raise NotJudged(f"the load ended: {load.why_ended()}", Cause.UNDECIDED)

    def _requests(self, load: RunningLoad, began: float) -> int:
        seen = added(load.between(began - 1, time.time()))
        return sum(each.requests for each in seen.values())

    def _has_settled(self, made: Round) -> bool:
        return all(has_settled(points, self.gates[name]) for name, points in made.points.items())

    def _weigh(self, made: Round, settled: int) -> None:
        """Growth in the halves of all points after warming up."""
        for name, points in made.points.items():
            rest = points[settled - 1 :]
            middle = len(rest) // 2
            first, second = rest[: middle + 1], rest[middle:]
            made.growths[name] = (
                growth(first, self.gates[name]),
                growth(second, self.gates[name]),
            )

    def _faults(self, load: RunningLoad, number: int, found: SoakRun) -> None:
        """Faults under load; what was acknowledged is read back afterwards."""
        if self.fault_runs is None:
            found.faults = NotJudged("no records are described whose texts could be read back")
            return
        self._say(f"round {number}: faults under load")
        load.users(self.users, TURN_SECONDS)
        try:
            found.histories.append(self.fault_runs.under_drawn(number))
        except NotJudged as untried:
            found.faults = untried
        load.users(0, TURN_SECONDS)

    def _say(self, line: str) -> None:
        self.journal.write(Progress(line=line))


def _users_of(
    maker: LoadMaker, http: Client, config: Config, journal: Journal, pace_seconds: float
) -> int:
    """How many users ask for half of what the service can do."""
    if config.load.soak_users is not None:
        return config.load.soak_users
    steps = replace(BUILT_IN["steps"], seconds=STEP_SECONDS)
    with (
        closing(maker.begin(pace_seconds=pace_seconds)) as load,
        HealthWatch(http, config.health.path) as health,
    ):
        knee = Conductor(load, steps, config, journal, health, pace_seconds).search()
    return max(1, round(SHARE * knee.per_second * pace_seconds))


def _runs(
    deployment: Deployment,
    stores: tuple[RecordStore, ...],
    target: Target,
    config: Config,
    journal: Journal,
    seed: int,
) -> FaultRuns | None:
    """What does the faults; None where no records are described that can be read back."""
    kind = config.record
    if kind is None or kind.read is None or config.maker(kind).text is None:
        return None
    return FaultRuns(deployment, stores[0], target, config, journal, seed)


@pytest.fixture(scope="session")
def soak_run(
    load_maker: LoadMaker,
    deployment: Deployment,
    record_stores: tuple[RecordStore, ...],
    target: Target,
    http: Client,
    work: Work,
    config: Config,
    journal: Journal,
    seed: int,
    usage: SamplesUsage,
    processes: InspectsProcesses,
    budget: TimeBudget,
    engine_lock: EngineLock,
) -> SoakRun:
    """What a soak of the shared deployment shows, alone on its engine."""
    budget.check()
    minutes = config.load.soak_minutes
    with engine_lock.alone():
        pace_seconds = pace_of(work, BUILT_IN["steps"]) or 1.0
        users = _users_of(load_maker, http, config, journal, pace_seconds)
        journal.write(
            LoadBegan(
                tool="Locust", profile=SOAK, shape=SOAK, users=users, operations=config.load.weights
            )
        )
        told = f"{minutes:g} minutes, {users / pace_seconds:.4g} requests/s"
        journal.write(Progress(line=told))
        found = Soak(
            lambda: load_maker.begin(pace_seconds=pace_seconds),
            users,
            minutes,
            IdleUse(usage, processes),
            journal,
            gates(config.load.leaked_bytes),
            _runs(deployment, record_stores, target, config, journal, seed),
        ).run()
    told = f"{found.requests} requests in {len(found.rounds)} rounds"
    journal.write(LoadFound(name=SOAK, told=told, details={"requests": found.requests}))
    return found

"""One load on the shared deployment, from its first user to its last, as its profile says.

What may be beyond a limit is measured a second time before anybody judges, with nothing else of
boxproof's running on the engine. A window ends early once the rest of it cannot mend it.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest

from boxproof.config.load_options import SPIKE, STEPS, LoadLimit, Profile
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.time_budget import TimeBudget
from boxproof.core.verdicts import Cause
from boxproof.journal import Journal
from boxproof.journal.entries import (
    LoadBegan,
    LoadFound,
    LoadPhaseEnded,
    LoadSecondEnded,
    Progress,
)
from boxproof.probes.client import Client
from boxproof.probes.load_seconds import LoadMaker, RunningLoad
from boxproof.probes.work import Work
from boxproof.scenarios import load_windows
from boxproof.scenarios.beyond_knee import BeyondKnee, told_beyond, told_health
from boxproof.scenarios.health_watch import HealthWatch
from boxproof.scenarios.knee import Knee, Step, find
from boxproof.scenarios.load_windows import ALL, MEASURES, Window, limited
from boxproof.targets.engine_lock import EngineLock

STEADY_PHASE = "steady"
BEFORE, DURING, AFTER = "before", "spike", "after"
STEP, AT_KNEE, BELOW, BEYOND, RECOVERY = "step", "knee", "below the knee", "beyond", "recovery"
#: Phases that no limit is about that names none.
UNLIMITED = (STEP, AT_KNEE, BEYOND, RECOVERY)
#: So many users come in a second, over so many seconds at most; and nothing is measured for so many
#: more.
RAMP_USERS, RAMP_SECONDS, SETTLE_SECONDS = 10.0, 10.0, 3.0
#: What a spike rises from, as a share of its users.
BASE = 0.1
#: Users that ask at an even pace wait so many times as long as an answer takes, and no less than
#: that many seconds.
PACES, PACE_LEAST_SECONDS = 4.0, 1.0
#: How often the work is sent alone to know how long an answer takes.
ALONE = 5
#: Shares of the knee: where limits are judged, beyond it, and where the load falls to from there.
BELOW_SHARE, BEYOND_SHARE, FALL_SHARE = 0.8, 1.5, 0.5
#: How long a service may take until it does all that is asked again.
RECOVERY_SECONDS = 60.0
#: So many seconds in a row are good once it does; so many seconds are waited between two looks.
GOOD_SECONDS = 3
GOOD_SHARE, GOOD_SLACK = 0.8, 2.0
#: From here on the processes that make the load had no time left, of each one's core.
BUSY_PERCENT = 90.0


@dataclass
class LoadRun:
    """What a load showed.

    Attributes:
        windows: each phase, in order; those that were measured twice stand there twice.
        knee: of the profile ``steps``.
        recovered_seconds: for each time that a load beyond the knee had fallen, after how long all
            was done again; None where it was not.
    """

    windows: list[Window] = field(default_factory=list)
    knee: Knee | None = None
    recovered_seconds: list[float | None] = field(default_factory=list)

    def phases(self, limit: LoadLimit, key: str) -> Iterator[tuple[Window, ...]]:
        """The windows of each phase that a key of a limit is about, by rounds."""
        names = dict.fromkeys(each.phase for each in self.windows)
        for name in names:
            if limit.phase == name or (not limit.phase and name in self._meant(key, names)):
                yield self.of_phase(name)

    def of_phase(self, name: str) -> tuple[Window, ...]:
        """The windows of one phase."""
        return tuple(each for each in self.windows if each.phase == name)

    @property
    def judged_phases(self) -> list[str]:
        """The phases in which the service is not asked for more than it can do."""
        return list(
            dict.fromkeys(each.phase for each in self.windows if each.phase not in UNLIMITED)
        )

    def _meant(self, key: str, names: Iterable[str]) -> list[str]:
        if key == "requests_per_second" and AT_KNEE in names:
            return [AT_KNEE]
        return self.judged_phases


@dataclass
class Conductor:
    """Leads one load through its phases."""

    load: RunningLoad
    profile: Profile
    config: Config
    journal: Journal
    health: HealthWatch
    pace_seconds: float | None
    found: LoadRun = field(default_factory=LoadRun)
    _users: int = 0

    def run(self) -> LoadRun:
        """All of its phases."""
        {SPIKE: self._spike, STEPS: self._steps}.get(self.profile.shape, self._steady)()
        return self.found

    def _steady(self) -> None:
        users = self.profile.users
        self._have(users, min(RAMP_SECONDS, users / RAMP_USERS))
        self._twice_if_over([(STEADY_PHASE, users)])

    def _spike(self) -> None:
        few = max(1, round(BASE * self.profile.users))
        self._twice_if_over([(BEFORE, few), (DURING, self.profile.users), (AFTER, few)])

    def _steps(self) -> None:
        knee = self.found.knee = self.search()
        self._twice_if_over([(BELOW, self._users_for(BELOW_SHARE * knee.per_second))])
        if knee.reached:
            self._beyond(knee)

    def search(self) -> Knee:
        """Look for the knee."""
        tried: list[Window] = []

        def measure(users: int) -> Step:
            tried.append(self._measured(STEP, len(tried) + 1, users))
            offered = users / self._pace
            self._say(f"{offered:.4g} requests/s asked for, {tried[-1].done_per_second():.4g} done")
            return Step(users, offered, tried[-1].done_per_second())

        knee = find(measure, self.profile.users)
        self._finding("knee", _told_knee(knee), per_second=round(knee.per_second, 3))
        best = sorted(tried, key=lambda each: each.done_per_second())[-2:]
        for number, window in enumerate(best, 1):
            self._keep(replace(window, phase=AT_KNEE, round=number))
        return knee

    def _beyond(self, knee: Knee) -> None:
        """More than it can do, then less: what it does then, and when all is done again."""
        for number in (1, 2):
            users = self._users_for(BEYOND_SHARE * knee.per_second)
            window = self._measured(BEYOND, number, users)
            self._finding("beyond the knee", told_beyond(BeyondKnee.of(window, knee)))
            seconds = self._recovery(number, self._users_for(FALL_SHARE * knee.per_second))
            self.found.recovered_seconds.append(seconds)
            if seconds is not None:
                told = f"all was done again {seconds:.0f} s after the load had fallen"
                self._finding("recovery", told, seconds=seconds)
                return
        self._finding(
            "recovery", f"{RECOVERY_SECONDS:g} s after the load had fallen not all was done"
        )

    def _recovery(self, number: int, users: int) -> float | None:
        """After how long all is done again that so many users ask for; None where it is not."""
        fell = time.time()
        self._order(users, 1.0)
        offered = users / self._pace
        good = 0
        while time.time() < fell + RECOVERY_SECONDS:
            at = time.time() + 1
            self._wait(at)
            window = self._window(RECOVERY, number, fell, at)
            if not window.seconds:
                continue
            last = replace(window, seconds=window.seconds[-1:]).operations[ALL]
            is_good = last.done >= GOOD_SHARE * offered - GOOD_SLACK
            good = good + 1 if is_good and not last.refused + last.failed else 0
            if good == GOOD_SECONDS:
                self._keep(window)
                return max(0.0, len(window.seconds) - GOOD_SECONDS)
        self._keep(self._window(RECOVERY, number, fell, time.time()))
        return None

    def _twice_if_over(self, phases: list[tuple[str, int]]) -> None:
        """Measure phases in turn, and all of them again where one may be beyond a limit."""
        for number in (1, 2):
            windows = [self._measured(name, number, users) for name, users in phases]
            if not any(self._is_suspect(each) for each in windows):
                return
            if number == 1:
                self._say("beyond a limit, or requests failed; measuring a second time")

    def _measured(self, phase: str, number: int, users: int) -> Window:
        """A phase with so many users, once they are there and have settled."""
        paced = self.pace_seconds is not None
        self._have(users, self._pace if paced else SETTLE_SECONDS)
        began = time.time()
        window = self._window(phase, number, began, began)
        while len(window.seconds) < self.profile.seconds:
            at = time.time() + 1
            self._wait(at)
            window = self._window(phase, number, began, at)
            if self._is_lost(window):
                self._say(f"{phase}: lost after {len(window.seconds)} s")
                break
        if not window.operations[ALL].requests:
            raise NotJudged(f"{phase}: no request of {users} users has ended", Cause.UNDECIDED)
        self._keep(window)
        if phase != STEP:
            self._finding("health", told_health(phase, self.health.between(began, time.time())))
        return window

    def _have(self, users: int, seconds: float) -> None:
        """Have so many users, and let them settle."""
        if users != self._users:
            self._order(users, seconds)
            settle = SETTLE_SECONDS if self.pace_seconds is None else 2 * self._pace
            self._wait(time.time() + seconds + settle)

    def _order(self, users: int, seconds: float) -> None:
        self._users = users
        self.load.users(users, seconds)

    def _wait(self, at: float) -> None:
        if not self.load.wait_for(at):
            raise NotJudged(f"the load ended: {self.load.why_ended()}", Cause.UNDECIDED)

    def _window(self, phase: str, number: int, began: float, ended: float) -> Window:
        seconds = tuple(self.load.between(began, ended))
        return Window(phase, number, self._users, self._offered, seconds)

    @property
    def _pace(self) -> float:
        return self.pace_seconds or PACE_LEAST_SECONDS

    @property
    def _offered(self) -> float | None:
        return None if self.pace_seconds is None else self._users / self.pace_seconds

    def _users_for(self, per_second: float) -> int:
        return max(1, round(per_second * self._pace))

    def _is_suspect(self, window: Window) -> bool:
        return bool(window.operations[ALL].failures) or any(
            measure.is_over(found.value, limit)
            for measure, limit, operation in self._limits(window)
            if (found := measure.of(window, operation)) is not None
        )

    def _is_lost(self, window: Window) -> bool:
        return any(
            measure.is_lost(window, operation, limit, self.profile.seconds)
            for measure, limit, operation in self._limits(window)
        )

    def _limits(self, window: Window) -> Iterator[tuple[load_windows.Measure, float, str]]:
        for limit in self.config.load.limits:
            if limit.phase != window.phase and (limit.phase or window.phase in UNLIMITED):
                continue
            for key, measure in MEASURES.items():
                value = getattr(limit, key)
                if value is not None:
                    yield from ((measure, value, each) for each in limited(limit, key, window))

    def _keep(self, window: Window) -> None:
        """Put a window into the journal, with each of its seconds."""
        self.found.windows.append(window)
        offset = -self.journal.epoch
        for each in window.seconds if window.phase != AT_KNEE else ():
            self.journal.write(
                LoadSecondEnded(
                    began=round(each.at + offset, 3),
                    phase=window.phase,
                    users=each.users,
                    offered=window.offered,
                    operations=load_windows.told_of_second(each),
                )
            )
        self.journal.write(
            LoadPhaseEnded(
                name=window.phase,
                round=window.round,
                began=round((window.seconds[0].at if window.seconds else 0.0) + offset, 3),
                seconds=len(window.seconds),
                users=window.users,
                offered=window.offered,
                cpu_percent=window.cpu_percent,
                operations=load_windows.told(window),
            )
        )

    def _finding(self, name: str, told: str, **details: float) -> None:
        if told:
            self.journal.write(LoadFound(name=name, told=told, details=details))

    def _say(self, line: str) -> None:
        self.journal.write(Progress(line=line))


def _told_knee(knee: Knee) -> str:
    if not knee.reached:
        return f"none was found: all of {knee.per_second:.4g} requests/s were done"
    most = max(knee.steps, key=lambda each: each.offered)
    return (
        f"{knee.per_second:.4g} requests/s are done at most; of {most.offered:.4g} asked for "
        f"{most.done:.4g} were"
    )


def pace_of(work: Work, profile: Profile) -> float | None:
    """How often a user of ``steps`` asks, so that one answer never waits for the one before it."""
    if profile.shape != STEPS:
        return None
    slowest = max(work.send().seconds for _ in range(ALONE))
    return max(PACE_LEAST_SECONDS, PACES * slowest)


@pytest.fixture(scope="session")
def load_run(
    load_maker: LoadMaker,
    http: Client,
    work: Work,
    config: Config,
    journal: Journal,
    budget: TimeBudget,
    engine_lock: EngineLock,
) -> LoadRun:
    """What the profile of ``[load]`` shows of the shared deployment, alone on its engine."""
    budget.check()
    load, profile = config.load, config.load.chosen
    with engine_lock.alone():
        pace_seconds = pace_of(work, profile)
        journal.write(
            LoadBegan(
                tool="Locust",
                profile=load.profile,
                shape=profile.shape,
                users=profile.users,
                operations={} if load.locustfile else load.weights,
                locustfile=str(load.locustfile or ""),
            )
        )
        with (
            closing(load_maker.begin(pace_seconds=pace_seconds)) as begun,
            HealthWatch(http, config.health.path) as health,
        ):
            conductor = Conductor(begun, profile, config, journal, health, pace_seconds)
            return conductor.run()

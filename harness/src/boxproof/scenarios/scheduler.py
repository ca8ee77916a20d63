"""Further boots beside the shared deployment: what a run needs of them is made in the background.

A scenario that boots deployments of its own is a function under :func:`background`, in a module of
its own; nothing else is edited. It is made from beginning to end, and its deployments are closed,
before a clause judges it. The clauses that ask for one are judged after all others, so that a run
waits for none while there is something else to do.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from boxproof.config.options import Config
from boxproof.core.daemon_pool import DaemonPool
from boxproof.core.errors import BoxproofError
from boxproof.core.time_budget import TimeBudget
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal, within
from boxproof.journal.entries import ScenarioBegan, ScenarioEnded
from boxproof.probes.client import Client
from boxproof.probes.messages import Request
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work
from boxproof.targets.base import Deployment, Host, Target
from boxproof.targets.engine_lock import EngineLock

#: Side by side, beyond one for each core: some of them wait for a time limit most of the time.
MORE_THAN_CORES = 1
#: What one of them may need of the memory of the engine's machine.
SCENARIO_BYTES = 2**30


@dataclass(frozen=True, slots=True)
class ScenarioContext:
    """What a scenario in the background is made with.

    Attributes:
        wanted: the names of all fixtures that the clauses of this run ask for.
    """

    target: Target
    config: Config
    journal: Journal
    seed: int
    wanted: frozenset[str]

    def client(self, endpoint: Callable[[], Endpoint]) -> Client:
        """A client of a deployment that answers at ``endpoint()``."""
        return Client(endpoint, self.journal)

    def health_of(self, deployment: Deployment) -> Request:
        """A look at a deployment's health path."""
        return Work(self.client(lambda: deployment.endpoint), self.config.health.request).request()

    def work_of(self, deployment: Deployment) -> Work:
        """The work of a deployment, also after it was started again on another port."""
        return Work(self.client(lambda: deployment.endpoint), self.config.work)

    def records_of(self, deployment: Deployment) -> RecordStore:
        """The records of a deployment, also after it was started again on another port; of the
        first kind.
        """
        return RecordStore.over(self.client(lambda: deployment.endpoint), self.config)

    def stores_of(self, deployment: Deployment) -> tuple[RecordStore, ...]:
        """The records of a deployment, of every kind; as :meth:`records_of`."""
        return RecordStore.of_every_kind(self.client(lambda: deployment.endpoint), self.config)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario in the background.

    Attributes:
        needs: the ability protocol without which it cannot be made.
        cost_boots: about how long it takes, in boots; the longest is begun first.
        unless: whether the shared deployment shows already what it is for; then it is not made.
    """

    make: Callable[[ScenarioContext], Any]
    needs: type
    cost_boots: int
    unless: Callable[[Deployment], bool]


_scenarios: dict[str, Scenario] = {}
#: The fixtures that give one part of what a scenario made, and that scenario.
_parts: dict[str, str] = {}


def background(
    *,
    cost_boots: int = 1,
    needs: type = object,
    unless: Callable[[Deployment], bool] = lambda _: False,
) -> Callable[[Callable[[ScenarioContext], Any]], Any]:
    """Declare a scenario that is made in the background; a fixture of its name gives what it made.

    The fixture raises what the function raised, for every clause that asks for it. It gives None
    where ``unless`` is true of the shared deployment.
    """

    def declare(make: Callable[[ScenarioContext], Any]) -> Any:
        name = make.__name__
        _scenarios[name] = Scenario(make, needs, cost_boots, unless)

        def result(scheduler: Scheduler) -> Any:
            return scheduler.result(name)

        result.__doc__ = make.__doc__
        return pytest.fixture(result, scope="session", name=name)

    return declare


def part(scenario: str, name: str) -> Any:
    """A fixture of that name, which gives one part of what a scenario made: the value of that key.

    The fixture raises what went wrong with this part, where that stands in its place.
    """
    _parts[name] = scenario

    def result(scheduler: Scheduler) -> Any:
        return scheduler.part(scenario, name)

    return pytest.fixture(result, scope="session", name=name)


def in_background(fixtures: frozenset[str]) -> bool:
    """Whether one of these fixtures is made in the background."""
    return bool((_scenarios.keys() | _parts.keys()) & fixtures)


def side_by_side(host: Host) -> int:
    """How many scenarios are made at once on a machine: by its processors and its memory."""
    by_cpus = host.cpus + MORE_THAN_CORES
    by_memory = host.memory_bytes // SCENARIO_BYTES if host.memory_bytes else by_cpus
    return max(1, min(by_cpus, by_memory))


@dataclass
class Scheduler:
    """Makes scenarios in the background, each once.

    Args:
        scenarios: makes the scenario of that name; given the name of one part, no more than that.
        pool: the threads that they are made in.
        lock: what each of them works under.
        budget: none is begun, or waited for, when it is spent.
    """

    scenarios: Mapping[str, Callable[[str], Any]]
    pool: DaemonPool
    lock: EngineLock
    budget: TimeBudget = field(default_factory=TimeBudget)
    _results: dict[str, Future[Any]] = field(default_factory=dict)
    _made_alone: set[str] = field(default_factory=set)

    def begin(self, name: str) -> None:
        """Start a scenario, unless it has been."""
        if name not in self._results:
            self._results[name] = self.pool.submit(partial(self._make, name))

    def leave_out(self, name: str) -> None:
        """Leave a scenario out: its result is None."""
        left_out: Future[Any] = Future()
        left_out.set_result(None)
        self._results[name] = left_out

    def result(self, name: str) -> Any:
        """What a scenario made; raises what it raised.

        Raises:
            NotJudged: it was not made within the run's budget.
        """
        self.begin(name)
        result = self._results[name]
        # What is waited for may itself wait for a run that is alone on this engine.
        with self.lock.resting():
            wait((result,), self.budget.left())
        if not result.done():
            self.budget.check()
        return result.result()

    def has_made(self, fixtures: frozenset[str]) -> bool:
        """Whether these fixtures name scenarios, or parts of some, that have all been made."""
        names = {_parts.get(name, name) for name in fixtures} & self.scenarios.keys()
        return bool(names) and all(
            name in self._results and self._results[name].done() for name in names
        )

    def part(self, scenario: str, name: str) -> Any:
        """What a scenario made of one part; raises what went wrong with it."""
        made = self.result(scenario)[name]
        if isinstance(made, Exception):
            raise made
        return made

    def make_alone(self, name: str) -> bool:
        """Make a scenario, or a part of one, again in this thread, whose work runs alone.

        Returns False where that has been done before: what rests on it counts.
        """
        if name in self._made_alone:
            return False
        self._made_alone.add(name)
        scenario = _parts.get(name, name)
        again: Future[Any] = Future()
        try:
            made = self.scenarios[scenario](name)
            again.set_result({**self._parts_of(scenario), **made} if name != scenario else made)
        except Exception as error:
            if name == scenario:
                again.set_exception(error)
            else:
                again.set_result({**self._parts_of(scenario), name: error})
        self._results[scenario] = again
        return True

    def _parts_of(self, scenario: str) -> dict[str, Any]:
        """What a scenario made of its parts so far, or what went wrong with all of them."""
        before = self._results.get(scenario)
        if before is None:
            return {}
        failed = before.exception()
        if failed is not None:
            return {part: failed for part, whole in _parts.items() if whole == scenario}
        return dict(before.result())

    def _make(self, name: str) -> Any:
        self.budget.check()
        with self.lock.working():
            return self.scenarios[name](name)


def _make(name: str, scenario: Scenario, context: ScenarioContext) -> Any:
    """Make a scenario; what is journaled meanwhile is bound to it."""
    journal = context.journal
    with within(scenario=name):
        began, error = journal.write(ScenarioBegan(name=name)), ""
        try:
            return scenario.make(context)
        except BaseException as caught:
            error = f"{type(caught).__name__}: {caught}"
            raise
        finally:
            seconds = round(journal.now() - began, 3)
            journal.write(ScenarioEnded(name=name, seconds=seconds, error=error))


def asked_for(session: pytest.Session) -> frozenset[str]:
    """The names of all fixtures that the clauses of a run ask for."""
    return frozenset(name for item in session.items for name in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def scheduler(
    request: pytest.FixtureRequest,
    target: Target,
    config: Config,
    journal: Journal,
    seed: int,
    engine_lock: EngineLock,
    background_pool: DaemonPool,
    budget: TimeBudget,
) -> Scheduler:
    """Begins every scenario in the background that a clause of this run will ask for.

    They wait for the shared deployment's first boot, whose time stands for itself.
    """
    wanted = asked_for(request.session)
    context = ScenarioContext(target, config, journal, seed, wanted)
    shared = None
    if "shared" in wanted:
        # Whoever asks for the shared deployment is told.
        with suppress(BoxproofError):
            shared = request.getfixturevalue("shared").booted.deployment

    def make(scenario: Scenario, name: str) -> Any:
        only = replace(context, wanted=frozenset({name})) if name in _parts else context
        return _make(name, scenario, only)

    makers = {name: partial(make, scenario) for name, scenario in _scenarios.items()}
    made = Scheduler(makers, background_pool, engine_lock, budget)
    asked = {_parts.get(name, name) for name in wanted}
    for name, scenario in sorted(_scenarios.items(), key=lambda each: -each[1].cost_boots):
        if name in asked and target.offers(scenario.needs):
            if shared is not None and scenario.unless(shared):
                made.leave_out(name)
            else:
                made.begin(name)
    return made

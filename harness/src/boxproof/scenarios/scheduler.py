"""Further boots beside the shared deployment: what a run needs of them is made in the background.

A history that boots deployments of its own is a function under :func:`background`, in a module of
its own; nothing else is edited. It is made from beginning to end, and its deployments are closed,
before a clause judges it. The clauses that ask for one are judged after all others, so that a run
waits for none while there is something else to do.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from boxproof.config.options import Config
from boxproof.core.errors import BoxproofError
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.operations import Operations
from boxproof.targets.base import Deployment, Target

#: Side by side, beyond one for each core: some of them wait for a time limit most of the time.
MORE_THAN_CORES = 2


@dataclass(frozen=True, slots=True)
class Site:
    """What a history in the background is made with.

    Attributes:
        wanted: the names of all fixtures that the clauses of this run ask for.
    """

    target: Target
    config: Config
    journal: Journal
    seed: int
    wanted: frozenset[str]

    def operations(self, endpoint: Callable[[], Endpoint]) -> Operations:
        """The operations of a deployment that answers at ``endpoint()``."""
        return Operations.over(endpoint, self.config, self.journal)

    def operations_of(self, deployment: Deployment) -> Operations:
        """The operations of a deployment, also after it was started again on another port."""
        return self.operations(lambda: deployment.endpoint)


@dataclass(frozen=True, slots=True)
class Job:
    """A history in the background.

    Attributes:
        needs: the ability protocol without which it cannot be made.
        boots: about how many boots it costs; the longest is begun first.
    """

    make: Callable[[Site], Any]
    needs: type
    boots: int


_jobs: dict[str, Job] = {}
#: The fixtures that give one part of what a job made, and that job.
_parts: dict[str, str] = {}


def background(*, boots: int = 1, needs: type = object) -> Callable[[Callable[[Site], Any]], Any]:
    """Declare a history that is made in the background; a fixture of its name gives what it made.

    The fixture raises what the function raised, for every clause that asks for it.
    """

    def declare(make: Callable[[Site], Any]) -> Any:
        name = make.__name__
        _jobs[name] = Job(make, needs, boots)

        def result(boots: Scheduler) -> Any:
            return boots.result(name)

        result.__doc__ = make.__doc__
        return pytest.fixture(result, scope="session", name=name)

    return declare


def part(job: str, name: str) -> Any:
    """A fixture of that name, which gives one part of what a job made: the value of that key.

    The fixture raises what went wrong with this part, where that stands in its place.
    """
    _parts[name] = job

    def result(boots: Scheduler) -> Any:
        made = boots.result(job)[name]
        if isinstance(made, Exception):
            raise made
        return made

    return pytest.fixture(result, scope="session", name=name)


def in_background(fixtures: frozenset[str]) -> bool:
    """Whether one of these fixtures is made in the background."""
    return bool((_jobs.keys() | _parts.keys()) & fixtures)


@dataclass
class Scheduler:
    """Runs jobs in the background, each once."""

    jobs: Mapping[str, Callable[[], Any]]
    pool: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)
    _results: dict[str, Future[Any]] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        """Start a job, unless it has been."""
        if name not in self._results:
            self._results[name] = self.pool.submit(self.jobs[name])

    def result(self, name: str) -> Any:
        """What became of a job; raises what the job raised."""
        self.begin(name)
        return self._results[name].result()


@pytest.fixture(scope="session", autouse=True)
def boots(
    request: pytest.FixtureRequest, target: Target, config: Config, journal: Journal, seed: int
) -> Iterator[Scheduler]:
    """Begins every history in the background that a clause of this run will ask for.

    They wait for the shared deployment's first boot, whose time stands for itself.
    """
    items = request.session.items
    wanted = frozenset(name for item in items for name in getattr(item, "fixturenames", ()))
    site = Site(target, config, journal, seed, wanted)
    if "shared" in wanted:
        # Whoever asks for the shared deployment is told.
        with suppress(BoxproofError):
            request.getfixturevalue("shared")
    made = Scheduler(
        {name: partial(job.make, site) for name, job in _jobs.items()},
        ThreadPoolExecutor((os.cpu_count() or 1) + MORE_THAN_CORES, "boots"),
    )
    asked = {_parts.get(name, name) for name in wanted}
    for name, job in sorted(_jobs.items(), key=lambda each: -each[1].boots):
        if name in asked and target.offers(job.needs):
            made.begin(name)
    yield made
    # Not waited for: when the run is interrupted, the target ends what is still booting.
    made.pool.shutdown(wait=False, cancel_futures=True)

"""Further boots beside the shared deployment; all that a run needs start side by side."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from boxproof.clauses.histories import lifecycle, lifecycle_volumes
from boxproof.clauses.histories.ledger import Ledger
from boxproof.clauses.histories.remade import Remade, remake
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.journal import Journal
from boxproof.probes.http import Client
from boxproof.probes.operations import Operations
from boxproof.probes.startup import Startup
from boxproof.targets.base import (
    Deployment,
    Ends,
    Exit,
    Fills,
    Limits,
    PowerLoss,
    Process,
    Processes,
    Target,
    Variant,
    Volume,
)

#: What a boot needs that not every target offers.
NEEDS = {
    "alternate": Limits,
    "slow_boot": Limits,
    "remade": Volume,
    "on_volumes": Volume,
    "refused_newer": Volume,
    "stopped_twice": Ends,
    "power_lost": PowerLoss,
    "storage": Fills,
}

LAST_PORT = 65535
#: More than a server's cached files: only then does shared memory, filled, drive it to its end.
SHM_BYTES = 536_870_912


@dataclass(frozen=True, slots=True)
class Alternate:
    """A boot with the other settings: as many workers as CPUs, a CPU limit, another port."""

    cpus: int
    cpu_limit: float | None
    port: int
    startup: Startup
    processes: tuple[Process, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A boot that should have ended at once; ``exit`` is None when it did not end."""

    variables: Mapping[str, str]
    exit: Exit | None


@dataclass
class Boots:
    """Boots in the background, each recorded whole and closed before anybody judges it."""

    jobs: Mapping[str, Callable[[], Any]]
    pool: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)
    _results: dict[str, Future[Any]] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        """Start a boot, unless it has been."""
        if name not in self._results:
            self._results[name] = self.pool.submit(self.jobs[name])

    def result(self, name: str) -> Any:
        """What became of a boot; raises what the boot raised."""
        self.begin(name)
        return self._results[name].result()


@pytest.fixture(scope="session")
def boots(
    request: pytest.FixtureRequest,
    target: Target,
    config: Config,
    journal: Journal,
    seed: int,
) -> Iterator[Boots]:
    """Starts, at once, every further boot that a clause of this run will ask for."""
    server = config.server

    def ledger_of(deployment: Deployment) -> Ledger:
        http = Client(lambda: deployment.base_url, journal, config.limits.request_seconds)
        return Ledger(config, journal, http, Operations(http, config.operations))

    jobs: dict[str, Callable[[], Any]] = {
        "alternate": lambda: _alternate(target, config),
        "remade": lambda: remake(target, ledger_of),
        "refused_setting": lambda: _refused(target, server.bad_setting if server else {}),
        "refused_model": lambda: _refused(target, server.missing_model if server else {}),
        "stopped_twice": lambda: lifecycle.told_twice(target, config, journal),
        "slow_boot": lambda: lifecycle.slow(target, config, journal),
        "on_volumes": lambda: lifecycle_volumes.on_volumes(target, config, journal, seed),
        "refused_newer": lambda: lifecycle_volumes.newer(target, config),
        "power_lost": lambda: target.boot(Variant("a disk that forgets", forgets=True)),
        "storage": lambda: _capped(target, config),
    }
    made = Boots(jobs)
    wanted = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    if wanted & {"upgraded", "neighbours"}:
        wanted.add("on_volumes")
    for name in jobs:
        if name in wanted and NEEDS.get(name, object) in {object, *target.abilities}:
            made.begin(name)
    yield made
    # Not waited for: when the run is interrupted, the target ends what is still booting.
    made.pool.shutdown(wait=False, cancel_futures=True)


@pytest.fixture(scope="session")
def alternate(boots: Boots) -> Alternate:
    """The boot with the other settings."""
    made: Alternate = boots.result("alternate")
    return made


@pytest.fixture(scope="session")
def remade(boots: Boots) -> Remade:
    """The deployment whose container was made anew."""
    made: Remade = boots.result("remade")
    return made


@pytest.fixture(scope="session")
def refused_setting(boots: Boots) -> Refused:
    """The boot with a setting that makes no sense."""
    made: Refused = boots.result("refused_setting")
    return made


@pytest.fixture(scope="session")
def refused_model(boots: Boots) -> Refused:
    """The boot with a model that is not there."""
    made: Refused = boots.result("refused_model")
    return made


def telling_cpus(workers: int, cores: int) -> int:
    """A CPU limit that neither the machine's cores nor the usual number of workers look like.

    Raises:
        NotJudged: the machine has one core, so that every answer looks alike.
    """
    if cores < 2:
        raise NotJudged("with one core, a CPU limit changes nothing that could be seen")
    return next((each for each in range(1, cores) if each != workers), 1)


def _alternate(target: Target, config: Config) -> Alternate:
    server = config.server
    if server is None:
        raise NotJudged("boxproof.toml has no [server]")
    cpus = telling_cpus(server.workers, os.cpu_count() or 1)
    port = config.service.port + 1 if config.service.port < LAST_PORT else config.service.port - 1
    settings = {server.workers_variable: server.workers_max, server.port_variable: str(port)}
    environment = {name: value for name, value in settings.items() if name and value}
    label = ", ".join([*(f"{name}={value}" for name, value in environment.items()), f"{cpus} CPU"])
    deployment = target.boot(Variant(label, environment, cpus=cpus))
    try:
        assert isinstance(deployment, Limits)
        assert isinstance(deployment, Processes)
        return Alternate(
            cpus, deployment.cpu_limit(), port, deployment.startup, deployment.processes()
        )
    finally:
        deployment.close()


def _capped(target: Target, config: Config) -> Deployment:
    size_bytes = config.durability.volume_bytes
    label = f"a data volume of {size_bytes // 2**20} MiB"
    return target.boot(Variant(label, data_bytes=size_bytes, shm_bytes=SHM_BYTES))


def _refused(target: Target, variables: Mapping[str, str]) -> Refused:
    label = ", ".join(f"{name}={value}" for name, value in variables.items())
    return Refused(variables, target.boot_to_exit(Variant(label, variables)))

"""Faults under load: a workload, a fault in its middle, everything read back at the end."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.faults import registry
from boxproof.faults.network.route import Route
from boxproof.faults.registry import Fault, Scene
from boxproof.faults.schedule import draw
from boxproof.journal import Journal
from boxproof.ledger.history import History
from boxproof.ledger.workload import Load, Workload
from boxproof.probes.operations import Operations
from boxproof.targets.base import Deployment, Target

#: While a fault is in force: enough requests to meet it, and not longer than this.
HARMED_REQUESTS = 8
HARMED_SECONDS = 2.0
#: What a schedule is drawn from, and how long it is: each kill costs a boot.
DRAWN = frozenset({"kill", "kill-worker", "pause", "reload", "restart"})
SCHEDULE_FAULTS = 3
#: From so many faults on, a person is told of each.
MANY_FAULTS = 5
#: The fault that ``--cycles`` repeats.
CYCLED = "kill"
#: Writes around each fault where there are cycles of them.
CYCLE_WRITES = 50


def suffer(
    faults: Sequence[Fault],
    deployment: Deployment,
    operations: Operations,
    config: Config,
    journal: Journal,
    seed: int,
    writes: int = 0,
) -> History:
    """Load a deployment, do each fault to it in turn, and read everything back.

    ``writes`` acknowledged ones are waited for around each fault; 0 means those of the config.

    Raises:
        Breach, BootFailed: the service did not come back, or no longer writes.
    """
    wanted = config.durability
    load = Load(wanted.writers, wanted.readers, config.operations.create.light)
    route = Route(operations.client, config.health.path)
    workload = Workload(replace(operations, client=route.client), journal, load, seed)
    workload.history.beside = route.beside
    scene = Scene(deployment, config, workload.note, route)
    writes = writes or wanted.writes
    with closing(route), workload.running():
        workload.wait_for(writes, wanted.wait_seconds)
        for number, fault in enumerate(faults, 1):
            with fault.harm(scene):
                workload.dwell(HARMED_REQUESTS, HARMED_SECONDS)
            workload.wait_for(writes, wanted.wait_seconds)
            if len(faults) >= MANY_FAULTS:
                count = len(workload.history.acknowledged)
                journal.write(
                    "progress",
                    line=f"{fault.name} {number} of {len(faults)}: {count} writes acknowledged",
                )
    return workload.finish()


@dataclass
class Sufferings:
    """Does faults to the shared deployment, each once, for all clauses that ask for it."""

    deployment: Deployment
    operations: Operations
    target: Target
    config: Config
    journal: Journal
    seed: int
    cycles: int = 1
    histories: dict[str, History | Exception] = field(default_factory=dict)

    def under(self, name: str) -> History:
        """The history of one fault; what went wrong with it is raised again each time.

        Raises:
            NotJudged: the target lacks an ability that the fault needs.
        """
        fault = registry.every()[name]
        missing = [each for each in fault.needs if each not in self.target.abilities]
        if missing:
            lacking = ", no ".join(each.__name__.lower() for each in missing)
            raise NotJudged(f"target {self.target.name} offers no {lacking}")
        return self._once(name, (fault,) * (self.cycles if name == CYCLED else 1))

    def under_schedule(self) -> History:
        """The history of a few faults one after another, drawn from the run's seed."""
        can = [
            each
            for each in registry.every().values()
            if set(each.needs) <= set(self.target.abilities) and each.name in DRAWN
        ]
        return self._once("schedule", draw(can, SCHEDULE_FAULTS, self.seed))

    def _once(self, name: str, faults: tuple[Fault, ...]) -> History:
        if name not in self.histories:
            try:
                self.histories[name] = self._suffer(faults)
            except Exception as error:
                self.histories[name] = error
        history = self.histories[name]
        if isinstance(history, Exception):
            raise history
        return history

    def _suffer(self, faults: tuple[Fault, ...]) -> History:
        writes = CYCLE_WRITES if len(faults) >= MANY_FAULTS else 0
        return suffer(
            faults, self.deployment, self.operations, self.config, self.journal, self.seed, writes
        )


@pytest.fixture(scope="session")
def sufferings(
    deployment: Deployment,
    operations: Operations,
    target: Target,
    config: Config,
    journal: Journal,
    seed: int,
    cycles: int,
) -> Sufferings:
    """The faults that the shared deployment suffers."""
    return Sufferings(deployment, operations, target, config, journal, seed, cycles)


@pytest.fixture(scope="session")
def under(sufferings: Sufferings) -> Callable[[str], History]:
    """Gives the history of a fault by its name."""
    return sufferings.under

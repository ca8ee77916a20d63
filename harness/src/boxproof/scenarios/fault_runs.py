"""Faults under load: a workload, a fault in its middle, everything read back at the end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace

import pytest

from boxproof.config.options import Config
from boxproof.faults import fault_registry as registry
from boxproof.faults.bounds import bounds
from boxproof.faults.fault_registry import Fault, FaultContext
from boxproof.faults.network.route import Route
from boxproof.faults.schedule import draw
from boxproof.journal import Journal
from boxproof.journal.entries import FaultInForce, Noted, Progress
from boxproof.ledger.history import FaultSpan, History, Outcome
from boxproof.ledger.tried import NO_FAULT, met
from boxproof.ledger.workload import Load, Workload
from boxproof.probes.record_store import RecordStore
from boxproof.scenarios.done import Done, evidence, timed_log
from boxproof.targets.abilities import Kills, Restarts, check_offered
from boxproof.targets.base import Deployment, Target

#: While a fault is in force: enough requests to meet it, and not longer than this.
HARMED_REQUESTS = 8
HARMED_SECONDS = 2.0
#: What a schedule is drawn from, and how much of it; a restart, which costs a boot, only where a
#: target can do nothing else.
DRAWN = frozenset({"kill-worker", "pause", "reload"})
DRAWN_ELSE = frozenset({"restart"})
DRAWN_FAULTS = 2
#: What every schedule has in it, once, and what ``--cycles`` repeats.
KILL = "kill"
SCHEDULE = "schedule"
#: So many kills decide where a schedule has lost something: a service that writes in blocks loses
#: nothing to one that comes just behind a block.
KILLS = 3
#: From so many faults on, a person is told of each.
MANY_FAULTS = 5
#: So many of the latest faults are told with the log around them.
TOLD_FAULTS = 3
#: Writes around each fault where there are cycles of them.
CYCLE_WRITES = 50


def run_under_faults(
    faults: Sequence[Fault],
    deployment: Deployment,
    records: RecordStore,
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
    load = Load(wanted.writers, wanted.readers, records.work.valid.light)
    route = Route(records.client, config.health.request)
    workload = Workload(records.through(route.client), journal, load, seed)
    workload.history.beside = route.beside
    context = FaultContext(deployment, config, workload.note, route)
    writes = writes or wanted.writes
    with closing(route), workload.running():
        workload.wait_for(writes, wanted.wait_seconds)
        for number, fault in enumerate(faults, 1):
            with recorded(fault, context, workload, journal):
                workload.dwell(HARMED_REQUESTS, HARMED_SECONDS)
            workload.wait_for(writes, wanted.wait_seconds)
            if len(faults) >= MANY_FAULTS:
                count = len(workload.history.acknowledged)
                line = f"{fault.name} {number} of {len(faults)}: {count} writes acknowledged"
                journal.write(Progress(line=line))
        if NO_FAULT in [fault.name for fault in faults]:
            # Readers that came to too little, as on a busy machine, have shown nothing.
            workload.wait_for_looks(wanted.wait_seconds)
    history = workload.finish()
    witness(history, deployment, journal)
    return history


def witness(history: History, deployment: Deployment, journal: Journal) -> None:
    """Put into the journal what each fault of a history met, and into the history what was logged
    while the last of them were in force.
    """
    for span in history.faults:
        journal.write(Noted(what=str(met(history, span))))
    done = [
        Done(t, span.deployment, f"{span.name} {what}")
        for span in history.faults[-TOLD_FAULTS:]
        if span.name != NO_FAULT
        for t, what in ((span.harmed, "in force"), (span.healed, "over"))
    ]
    history.told = evidence(done, timed_log(deployment)) if done else ()


@contextmanager
def recorded(
    fault: Fault, context: FaultContext, workload: Workload, journal: Journal
) -> Iterator[object]:
    """Do a fault for the length of a block, and put its bounds into history and journal."""
    ordered, idle = journal.now(), list[str]()
    harmed = healed = ordered
    name, deployment = fault.name, journal.deployment_at(context.route.direct.endpoint().url)
    done = replace(context, idle=idle.append)
    try:
        with bounds(name, deployment, journal), fault.harm(done) as seen:
            harmed = journal.write(FaultInForce(name=name, deployment=deployment))
            if fault.refuses and not _refused_since(harmed, workload, context.config):
                idle.append("every write under it was acknowledged")
            yield seen
            if fault.serves and not _written_since(harmed, workload, context.config):
                idle.append("no write that began under it was acknowledged")
        healed = journal.now()
    finally:
        span = FaultSpan(fault.name, ordered, harmed, healed, "; ".join(idle), deployment)
        workload.history.faults.append(span)


def _written_since(harmed: float, workload: Workload, config: Config) -> bool:
    """Wait until a write that began since then was acknowledged; False where none was."""
    history = workload.history
    return workload.wait_until(
        lambda: any(each.began > harmed for each in history.acknowledged),
        config.limits.request_seconds,
    )


def _refused_since(harmed: float, workload: Workload, config: Config) -> bool:
    """Wait until a write that began since then came to nothing; False where none did."""
    return workload.wait_until(
        lambda: any(
            each.began > harmed and each.outcome is not Outcome.ACKNOWLEDGED
            for each in workload.history.creates
        ),
        config.limits.request_seconds,
    )


@dataclass
class FaultRuns:
    """Does faults to the shared deployment, each once, for all clauses that ask for it."""

    deployment: Deployment
    records: RecordStore
    target: Target
    config: Config
    journal: Journal
    seed: int
    cycles: int = 1
    histories: dict[str, History | Exception] = field(default_factory=dict)
    _latest: str = ""
    _forgotten: set[str] = field(default_factory=set)
    _others: "dict[str, FaultRuns]" = field(default_factory=dict)

    def of_kind(self, name: str) -> "FaultRuns":
        """The same with records of a kind; its histories are kept apart."""
        if name == self.records.name:
            return self
        if name not in self._others:
            config = self.config.by_kind()[name]
            records = RecordStore.over(self.records.client, config)
            self._others[name] = FaultRuns(
                self.deployment, records, self.target, config, self.journal, self.seed, self.cycles
            )
        return self._others[name]

    def forget_late(self) -> bool:
        """Forget the history that was asked for last, once a run: it is made again."""
        others = [each.forget_late() for each in self._others.values()]
        name = self._latest
        if name in self._forgotten:
            return any(others)
        self._forgotten.add(name)
        return self.histories.pop(name, None) is not None or any(others)

    def under(self, name: str) -> History:
        """The history of one fault; what went wrong with it is raised again each time.

        Raises:
            NotJudged: the target lacks an ability that the fault needs.
        """
        fault = registry.every()[name]
        check_offered(self.target, fault.needs)
        return self._once(name, (fault,) * (max(self.cycles, KILLS) if name == KILL else 1))

    def under_schedule(self) -> History:
        """The history of a kill among other faults, in an order drawn from the run's seed."""
        return self._once(SCHEDULE, self._drawn(self.seed))

    def under_drawn(self, number: int) -> History:
        """The same, of an order of its own for each number from 1 up.

        Raises:
            NotJudged: the target cannot kill the service, or not start it again.
        """
        check_offered(self.target, (Kills, Restarts))
        return self._once(f"{SCHEDULE} {number}", self._drawn(self.seed + number))

    def _drawn(self, seed: int) -> tuple[Fault, ...]:
        can = {
            name: each
            for name, each in registry.every().items()
            if each.suits(self.config) and all(self.target.offers(one) for one in each.needs)
        }
        drawn = [can[name] for name in (DRAWN & can.keys() or DRAWN_ELSE & can.keys())]
        return draw(drawn, DRAWN_FAULTS, seed, once=can[KILL])

    def scheduled(self, name: str) -> History | None:
        """The history of the schedule, where it was made already and that fault is in it."""
        history = self.histories.get(SCHEDULE)
        if not isinstance(history, History) or name not in {each.name for each in history.faults}:
            return None
        return self.under_schedule()

    def _once(self, name: str, faults: tuple[Fault, ...]) -> History:
        self._latest = name
        if name not in self.histories:
            try:
                self.histories[name] = self._run(faults)
            except Exception as error:
                self.histories[name] = error
        history = self.histories[name]
        if isinstance(history, Exception):
            raise history
        return history

    def _run(self, faults: tuple[Fault, ...]) -> History:
        writes = CYCLE_WRITES if len(faults) >= MANY_FAULTS else 0
        return run_under_faults(
            faults, self.deployment, self.records, self.config, self.journal, self.seed, writes
        )


@pytest.fixture(scope="session")
def fault_runs(
    deployment: Deployment,
    records: RecordStore,
    target: Target,
    config: Config,
    journal: Journal,
    seed: int,
    cycles: int,
) -> FaultRuns:
    """The faults that the shared deployment suffers."""
    return FaultRuns(deployment, records, target, config, journal, seed, cycles)


@pytest.fixture(scope="session")
def under(fault_runs: FaultRuns) -> Callable[[str], History]:
    """Gives the history of a fault by its name."""
    return fault_runs.under

"""Each neighbour is taken away in turn, in every way, from a service that is used meanwhile.

All clauses of the family share one deployment: it is booted once, and each fault leaves it and its
neighbours ready for the next.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

import pytest

from boxproof.core import cancellation
from boxproof.core.breaches import NoAnswer
from boxproof.faults import fault_registry as registry
from boxproof.faults.bounds import bounds
from boxproof.faults.fault_registry import Fault, FaultContext
from boxproof.faults.network.route import Route
from boxproof.journal.entries import Noted
from boxproof.ledger.history import History
from boxproof.ledger.workload import Load, Workload
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work
from boxproof.scenarios.asked_at_once import Ask, Said, at_once, said
from boxproof.scenarios.done import Done, evidence, timed_log
from boxproof.scenarios.fault_runs import recorded, witness
from boxproof.scenarios.scheduler import ScenarioContext, background
from boxproof.targets.abilities import HarmsNeighbours, RecreatesContainer, WaitsForExit
from boxproof.targets.base import Deployment, Variant

#: The faults of neighbours, and how each is told.
FAULTS = {
    "kill-neighbour": "killed",
    "pause-neighbour": "paused",
    "slow-neighbour": "slowed down",
    "cut-off-neighbour": "cut off",
    "restart-neighbour": "restarted",
}
#: Everything is asked for so often while a neighbour is away: first over connections that were
#: open, then over new ones.
ROUNDS = 2
#: Requests at the same time that ask for the work, in each round.
WORKS = 2
#: Answers in a row that show that the service is well again; one of its workers may be sooner.
SETTLED = 10
LOOK_SECONDS = 0.2
#: Who sends what is asked for one by one, in the ledger.
BESIDE = "beside"
#: What a clause asks for that judges the ledger; without one no records are made under faults.
HISTORIES = "neighbour_histories"


@dataclass(frozen=True, slots=True)
class Away:
    """What was seen while one neighbour was away, and afterwards.

    Attributes:
        fault: the name of the fault.
        neighbour: the name of the service that was away.
        asked: what became of work, and of records that were made, read and listed.
        health: of the health path, and of the detailed one where there is one, in each round.
        unrecovered: why the service had to be replaced once the neighbour was back; empty when it
            had not.
        history: the workload meanwhile; None where no clause judges one.
        told: what was done when, with the logs of that time.
    """

    fault: str
    neighbour: str
    asked: tuple[Said, ...] = ()
    health: tuple[Said, ...] = ()
    unrecovered: str = ""
    history: History | None = None
    told: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """It in a few words, such as ``while 'db' was paused``."""
        return f"while {self.neighbour!r} was {FAULTS[self.fault]}"


@dataclass(frozen=True, slots=True)
class NeighbourFaults:
    """Takes neighbours from one deployment, one after another.

    ``traced`` says whether a workload makes records meanwhile, for a clause that judges its ledger.
    """

    deployment: Deployment
    context: ScenarioContext
    work: Work
    records: RecordStore | None
    traced: bool
    _numbers: Iterator[int] = field(default_factory=count)

    def seen(self, name: str, neighbour: str) -> Away:
        """What was seen of one fault to one neighbour.

        Raises:
            Breach, BootFailed: the service does no work even when it is replaced.
            EngineError: the neighbour does not come back.
        """
        journal, config = self.context.journal, self.context.config
        with self._used() as workload:
            note = self._note if workload is None else workload.note
            route = Route(self.work.client, config.health.request)
            done_to = FaultContext(self.deployment, config, note, route, neighbour=neighbour)
            sends = self._sends(workload)
            asks = [*sends * WORKS, *self._looks(workload)]
            with self._harmed(registry.every()[name], done_to, workload):
                harmed = journal.now()
                asked, health = self._ask(asks)
            healed = journal.now()
            unrecovered = self._unrecovered(sends)
            if unrecovered:
                note(f"replaced, since it did not recover: {unrecovered}")
                self.deployment.ability(RecreatesContainer).recreate(keep_volume=True)
        what = f"{name} of {neighbour!r}"
        told = self._evidence(
            neighbour,
            Done(harmed, self._name, f"{what} in force"),
            Done(healed, self._name, f"{what} over"),
        )
        history = None if workload is None else workload.finish()
        if history is not None:
            witness(history, self.deployment, journal)
            history.told = told
        return Away(name, neighbour, asked, health, unrecovered, history, told)

    @property
    def _name(self) -> str:
        return self.context.journal.deployment_at(self.work.client.endpoint().url)

    def _note(self, what: str) -> None:
        self.context.journal.write(Noted(what=what))

    @contextmanager
    def _used(self) -> Iterator[Workload | None]:
        """Let a workload make records before, within and after a block, where one is judged."""
        if not self.traced or self.records is None:
            yield None
            return
        wanted = self.context.config.durability
        load = Load(wanted.writers, wanted.readers, self.records.work.valid.light)
        workload = Workload(self.records, self.context.journal, load, self.context.seed)
        with workload.running():
            workload.wait_for(wanted.writes, wanted.wait_seconds)
            yield workload
            # What showed that the service is well again are writes of the history, too.
            workload.wait_for(1, wanted.wait_seconds)

    @contextmanager
    def _harmed(
        self, fault: Fault, context: FaultContext, workload: Workload | None
    ) -> Iterator[None]:
        journal = self.context.journal
        if workload is not None:
            with recorded(fault, context, workload, journal):
                yield
            return
        with bounds(fault.name, self._name, journal), fault.harm(context):
            yield

    def _sends(self, workload: Workload | None) -> list[Ask]:
        """The valid requests that do something: work, and what makes a record, if that differs.

        Those that make a record of a workload's are part of its history.
        """
        work: Ask = partial(self.work.send, **self.work.valid.light)
        if self.records is None:
            return [work]
        maker = self.records.work
        make: Ask = partial(maker.send, **maker.valid.light)
        if workload is not None:
            make = partial(self._send_one_more, workload)
        return [make] if maker.valid == self.work.valid else [work, make]

    def _send_one_more(self, workload: Workload) -> Said:
        return workload.send(BESIDE, workload.text(BESIDE, next(self._numbers)))

    def _looks(self, workload: Workload | None) -> list[Ask]:
        """A read of a record from before, and the list, as far as there are such."""
        records = self.records
        if records is None:
            return []
        looks: list[Ask] = []
        if records.kind.read is not None:
            known = records.create() if workload is None else workload.history.acknowledged[0]
            looks.append(partial(records.read, known.key))
        if records.pager is not None:
            looks.append(partial(records.pager.page, 1))
        return looks

    def _ask(self, asks: list[Ask]) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
        """What became of all requests, and of those for the health, in every round.

        After one that got no answer there is no second round, which would tell no more.
        """
        health = self.context.config.health
        looks: list[Ask] = [
            partial(self.work.client.get, path) for path in (health.path, health.detailed) if path
        ]
        asked, looked = list[Said](), list[Said]()
        for _ in range(ROUNDS):
            answers = at_once([*asks, *looks])
            asked += answers[: len(asks)]
            looked += answers[len(asks) :]
            if any(isinstance(each, NoAnswer) for each in answers):
                break
        return tuple(asked), tuple(looked)

    def _unrecovered(self, sends: list[Ask]) -> str:
        """Why the service is not well again by itself, in the time of a boot; empty when it is."""
        journal, limits = self.context.journal, self.context.config.limits
        health: Ask = Work(self.work.client, self.context.config.health.request).send
        deadline, row = journal.now() + limits.boot_seconds, 0
        while row < SETTLED:
            problem = next(filter(None, map(_unwell, (health, *sends))), "")
            row = 0 if problem else row + 1
            if problem:
                ended = self.deployment.ability(WaitsForExit).ended(0.0)
                if ended is not None:
                    return f"it has ended with exit code {ended.code}"
                if journal.now() > deadline:
                    return f"{problem}, {limits.boot_seconds:g} s after that"
                cancellation.wait(LOOK_SECONDS)
        return ""

    def _evidence(self, neighbour: str, *done: Done) -> tuple[str, ...]:
        """What was done, with the lines that the service and its neighbour wrote at that time."""
        theirs = self.deployment.ability(HarmsNeighbours).neighbour(neighbour).lines()
        own = timed_log(self.deployment) or ()
        return evidence(
            done, [*own, *(replace(each, text=f"{neighbour}: {each.text}") for each in theirs)]
        )


def _unwell(ask: Ask) -> str:
    """What is wrong with the answer to a valid request; empty when it is a success."""
    seen = said(ask)
    if isinstance(seen, NoAnswer):
        return seen.summary
    valid = seen.request.valid
    success = seen.status == 200 if valid is None else valid.is_success(seen.status)
    return "" if success else str(seen)


@background(cost_boots=7, needs=HarmsNeighbours)
def neighbours_away(context: ScenarioContext) -> tuple[Away, ...]:
    """What was seen of every fault to every neighbour."""
    with closing(context.target.boot(Variant("neighbours taken away"))) as deployment:
        records = None if context.config.record is None else context.records_of(deployment)
        traced = HISTORIES in context.wanted
        work = context.work_of(deployment)
        faults = NeighbourFaults(deployment, context, work, records, traced)
        named = context.config.service.neighbours or ()
        return tuple(faults.seen(fault, each) for each in named for fault in FAULTS)


@pytest.fixture(scope="session", name=HISTORIES)
def neighbour_histories(neighbours_away: tuple[Away, ...]) -> tuple[Away, ...]:
    """The same, with what the ledger holds of each."""
    return neighbours_away

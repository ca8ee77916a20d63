"""Faults of disk, lock, memory and CPU, each once, on one deployment whose data volume has a size.

All clauses of these faults share that deployment: it is booted once, and each fault that a clause
of the run asks for leaves it ready for the next.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from boxproof.core.breaches import Breach, NoAnswer, NotJudged, UnusableAnswer
from boxproof.core.errors import BootFailed
from boxproof.core.verdicts import Cause
from boxproof.faults import fault_registry as registry
from boxproof.faults.fault_registry import FaultContext
from boxproof.faults.network.route import Route
from boxproof.journal.entries import Noted
from boxproof.ledger.history import History, Outcome
from boxproof.ledger.workload import Load, Workload
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import RecordStore
from boxproof.scenarios.asked_at_once import Ask, Said, at_once, said
from boxproof.scenarios.database_backup import COPY, Copied, copy
from boxproof.scenarios.fault_runs import HARMED_SECONDS, recorded, witness
from boxproof.scenarios.scheduler import ScenarioContext, background, part
from boxproof.targets.abilities import FillsVolume, RecreatesContainer
from boxproof.targets.base import Deployment, Exit, Variant

#: Faults under which nothing can be written: single requests are tried and kept whole.
UNWRITABLE = frozenset({"disk-full", "database-locked", "read-only-volume"})
FULL = "disk-full"
#: What a clause asks for, and the fault that it is seen under, in the order in which they are done.
#: A start finds first what the fault before it left behind. Two at once come last: a service that
#: never starts again after them has been seen under every other one.
PARTS = {
    "copied": COPY,
    "on_full_disk": FULL,
    "on_locked_database": "database-locked",
    "on_read_only_volume": "read-only-volume",
    "short_of_memory": "memory-limit",
    "short_of_cpu": "cpu-limit",
    "killed_on_locked_database": "kill-on-locked-database",
    "killed_on_full_disk": "kill-on-full-disk",
    "restarted_on_full_disk": "restart-on-full-disk",
}
#: More than a server's cached files: only then does shared memory, filled, drive it to its end.
SHM_BYTES = 536_870_912
#: How long a full disk may go unnoticed by those who write.
FULL_SECONDS = 10.0
#: Requests under the other faults, the throttled ones among them.
REQUESTS = 40
#: Writes that are tried one beside the other while a fault is in force.
WRITES = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """What single requests were answered while a fault was in force.

    Attributes:
        missing: reads of records that one of the writes was acknowledged for, where the record was
            not there.
        reads: of a record from before the fault, and of the list.
        health: of the health path, then of the detailed one where there is one.
    """

    writes: tuple[Said, ...]
    missing: tuple[Said, ...]
    reads: tuple[Said, ...]
    health: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Endured:
    """A fault under load.

    Attributes:
        tried: None where nobody could be asked.
        ended: how the server ended under the fault, where the fault says so.
        unrecovered: why it had to be replaced once the fault was healed; empty when it had not.
    """

    history: History
    tried: Tried | None
    ended: Exit | None
    unrecovered: str


@dataclass(frozen=True, slots=True)
class StorageFaults:
    """Does faults to one deployment, one after another."""

    deployment: Deployment
    records: RecordStore
    context: ScenarioContext
    _done: list[str] = field(default_factory=list)

    def seen(self, name: str) -> Endured | Copied | Exception:
        """What was seen under a fault, or what went wrong with it."""
        try:
            self._make_well()
            self._done.append(name)
            if name == COPY:
                made = copy(self.deployment, self._workload(), self.context.config)
                self.context.journal.write(Noted(what=str(made)))
                return made
            return self._endure(name)
        except Exception as error:
            return error

    def _endure(self, name: str) -> Endured:
        wanted, limits = self.context.config.durability, self.context.config.limits
        known = self.records.create().key
        workload = self._workload()
        route = Route(self.records.client, self.context.config.health.request)
        context = FaultContext(self.deployment, self.context.config, workload.note, route)
        tried, unrecovered = None, ""
        with workload.running():
            workload.wait_for(wanted.writes, wanted.wait_seconds)
            with recorded(registry.every()[name], context, workload, self.context.journal) as seen:
                ended = seen if isinstance(seen, Exit) else None
                if name == FULL:
                    self._wait_unwritten(workload)
                if name in UNWRITABLE and ended is None:
                    tried = self._try(known, workload)
                else:
                    workload.dwell(REQUESTS, HARMED_SECONDS)
            try:
                workload.wait_for(1, limits.request_seconds)
            except Breach as breach:
                unrecovered = breach.summary
                workload.note(f"replaced, since it did not recover: {unrecovered}")
                self._replace()
            workload.wait_for(wanted.writes, wanted.wait_seconds)
        history = workload.finish()
        witness(history, self.deployment, self.context.journal)
        return Endured(history, tried, ended, unrecovered)

    def _wait_unwritten(self, workload: Workload) -> None:
        """Wait until a write was not acknowledged; nothing is said of one that found room.

        SQLite writes into what its log has already before it wants more room
        (https://www.sqlite.org/fileformat2.html#walformat).
        """
        creates = workload.history.creates
        seen, deadline = len(creates), self.context.journal.now() + FULL_SECONDS
        while self.context.journal.now() < deadline:
            workload.dwell(1, HARMED_SECONDS)
            if any(each.outcome is not Outcome.ACKNOWLEDGED for each in creates[seen:]):
                return

    def _workload(self) -> Workload:
        wanted = self.context.config.durability
        load = Load(wanted.writers, wanted.readers, self.records.work.valid.light)
        return Workload(self.records, self.context.journal, load, self.context.seed)

    def _try(self, known: object, workload: Workload) -> Tried:
        """Ask for everything at once: what waits for a lock must not hold the rest up.

        The writes are part of the history, as if one of its writers had sent them.
        """
        records, health = self.records, self.context.config.health
        paths = [path for path in (health.path, health.detailed) if path]
        texts = [workload.text("tried", number) for number in range(1, WRITES + 1)]
        reads: list[Ask] = [partial(records.read, known)]
        if records.pager is not None:
            reads.append(partial(records.pager.page, 1))
        writes = [partial(workload.send, "tried", text) for text in texts]
        looks = [partial(records.client.get, path) for path in paths]
        answers = at_once([*writes, *reads, *looks])
        written, rest = answers[: len(writes)], answers[len(writes) :]
        return Tried(
            written,
            tuple(self._missing(written)),
            rest[: len(reads)],
            rest[len(reads) :],
        )

    def _missing(self, written: tuple[Said, ...]) -> Iterator[Said]:
        valid = self.records.work.valid
        for each in written:
            if isinstance(each, Answer) and valid.is_success(each.status):
                read = said(partial(self.records.read, self.records.made_by(each).key))
                if isinstance(read, NoAnswer) or read.status != 200:
                    yield read

    def _make_well(self) -> None:
        """A new container where an earlier fault left it unable to answer, or to make a record.

        Raises:
            NotJudged: it makes none there either.
        """
        try:
            if self._answers() and (not self._done or self._writes()):
                return
            self._replace()
        except BootFailed:
            if self._done:
                raise NotJudged(
                    f"it does not start since {self._done[-1]}", Cause.RESTS_ON
                ) from None
            raise
        if self._done and not self._writes():
            why = f"no record can be made since {self._done[-1]}, nor in a new container"
            raise NotJudged(why, Cause.RESTS_ON)

    def _answers(self) -> bool:
        """Whether it says that it is ready."""
        health = self.context.config.health.request
        seen = said(partial(self.records.client.get, health.path))
        return isinstance(seen, Answer) and health.is_success(seen.status)

    def _writes(self) -> bool:
        """Whether a record can be made."""
        try:
            self.records.create()
        except (NoAnswer, UnusableAnswer):
            return False
        return True

    def _replace(self) -> None:
        self.deployment.ability(RecreatesContainer).recreate(keep_volume=True)


@background(cost_boots=5, needs=FillsVolume)
def storage(context: ScenarioContext) -> dict[str, Endured | Copied | Exception]:
    """What was seen of each fault that a clause asks for, on a data volume that has a size."""
    size_bytes = context.config.durability.volume_bytes
    label = f"a data volume of {size_bytes // 2**20} MiB"
    variant = Variant(label, data_bytes=size_bytes, shm_bytes=SHM_BYTES)
    with closing(context.target.boot(variant)) as deployment:
        faults = StorageFaults(deployment, context.records_of(deployment), context)
        return {part: faults.seen(fault) for part, fault in PARTS.items() if part in context.wanted}


copied = part("storage", "copied")
on_full_disk = part("storage", "on_full_disk")
killed_on_full_disk = part("storage", "killed_on_full_disk")
restarted_on_full_disk = part("storage", "restarted_on_full_disk")
on_locked_database = part("storage", "on_locked_database")
killed_on_locked_database = part("storage", "killed_on_locked_database")
on_read_only_volume = part("storage", "on_read_only_volume")
short_of_memory = part("storage", "short_of_memory")
short_of_cpu = part("storage", "short_of_cpu")

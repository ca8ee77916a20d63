"""The records that a deployment acknowledged, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer
from boxproof.journal import Journal
from boxproof.probes.exchange import Exchange
from boxproof.probes.messages import Answer, Request
from boxproof.probes.record_changes import Changed, hold, text_in
from boxproof.probes.record_store import Created, RecordStore
from boxproof.probes.traffic import Traffic
from boxproof.probes.work import Work


@dataclass(frozen=True, slots=True)
class Reread:
    """A record, what its read answered later, and the record in that answer with its text.

    Attributes:
        changed: its acknowledged update or delete; None where it had none.
        kind: what ``boxproof.toml`` calls records like it.
    """

    created: Created
    answer: Answer | NoAnswer
    record: Any = None
    text: Any = None
    changed: Changed | None = None
    kind: str = ""

    @property
    def loss(self) -> str:
        """What is wrong with it now; empty when it reads as it was acknowledged."""
        if isinstance(self.answer, NoAnswer):
            return self.answer.summary
        if self.changed is not None:
            return self.changed.undone(self.answer.status, self.text)
        if self.answer.status != 200:
            return f"reading it returned {self.answer.status}"
        different = self.created.differs_from(self.record)
        return f"the record that was read differs at {different}" if different else ""

    @property
    def is_delete(self) -> bool:
        """Whether it was deleted."""
        return self.changed is not None and self.changed.text is None

    @property
    def gone(self) -> bool:
        """Whether the service says that there is no such record."""
        return isinstance(self.answer, Answer) and 400 <= self.answer.status < 500

    def evidence(self) -> tuple[str, ...]:
        """What was acknowledged, and what the read said."""
        read = () if isinstance(self.answer, NoAnswer) else self.answer.evidence()
        made = self.created.answer if self.changed is None else self.changed
        return (*made.evidence(), *read)


@dataclass(frozen=True, slots=True)
class Known:
    """An acknowledged record, whose it is, and its acknowledged update or delete, if it had one."""

    store: RecordStore
    created: Created
    changed: Changed | None = None


@dataclass
class AcknowledgedRecords:
    """Makes records of every kind and reads them again.

    ``stores`` is empty where the service keeps no records: then there is only its work.
    """

    config: Config
    journal: Journal
    work: Work
    stores: tuple[RecordStore, ...]

    def create(self, count: int) -> tuple[Known, ...]:
        """Make so many records of each kind, one after the other.

        Raises:
            Breach: the service refused, or gave no answer.
        """
        return tuple(Known(each, each.create()) for each in self.stores for _ in range(count))

    def request(self) -> Request:
        """One that makes a record; or work, where none does that has a body to keep back."""
        for each in self.stores[:1]:
            if each.work.valid.body_encoding:
                return each.work.request()
        return self.work.request()

    def acknowledge(self, exchanges: Iterable[Exchange]) -> tuple[Known, ...]:
        """The records that answered requests made, of those that make records."""
        return tuple(
            Known(store, store.made_by(each.answer(), store.work.own_text))
            for store in self.stores[:1]
            for each in exchanges
            if each.request.valid == store.work.valid and each.is_success
        )

    def change(self, count: int) -> tuple[Known, ...]:
        """Update so many records and delete so many others, as far as that is described."""
        return tuple(
            Known(store, changed.created, changed)
            for store in self.stores
            for changed in hold(store, count)
        )

    def reread(self, records: Iterable[Known]) -> tuple[Reread, ...]:
        """Read each record of which ``boxproof.toml`` says how."""
        return tuple(_reread(each) for each in records if each.store.kind.read is not None)

    def traffic(self, *, heavy: bool = False, health: bool = False) -> Traffic:
        """Clients that ask for work: the heaviest, or with looks at the health path between."""
        fields = self.work.valid.heavy if heavy else {}

        def requests() -> list[Request]:
            look = Work(self.work.client, self.config.health.request)
            looks = [look.request()] if health else []
            return [self.work.request(fields), *looks]

        return Traffic(requests, self.journal)


def _reread(known: Known) -> Reread:
    store, created = known.store, known.created
    try:
        answer = store.read(created.key)
        record = store.record_in(answer) if answer.status == 200 else None
        return Reread(
            created, answer, record, text_in(store, record), known.changed, known.store.name
        )
    except NoAnswer as error:
        return Reread(created, error, changed=known.changed, kind=store.name)


@pytest.fixture(scope="session")
def acknowledged_records(
    config: Config, journal: Journal, work: Work, record_stores: tuple[RecordStore, ...]
) -> AcknowledgedRecords:
    """Those of the shared deployment."""
    return AcknowledgedRecords(config, journal, work, record_stores)

"""The records that a deployment acknowledged, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
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
    """

    created: Created
    answer: Answer | NoAnswer
    record: Any = None
    text: Any = None
    changed: Changed | None = None

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


@dataclass
class AcknowledgedRecords:
    """Makes records, remembers every one that was acknowledged, reads them again.

    ``store`` is None where the service keeps no records: then there is only its work.
    """

    config: Config
    journal: Journal
    work: Work
    store: RecordStore | None
    records: list[Created] = field(default_factory=list)

    def create(self, count: int) -> tuple[Created, ...]:
        """Make records one after the other; none where the service keeps none.

        Raises:
            Breach: the service refused, or gave no answer.
        """
        if self.store is None:
            return ()
        made = tuple(self.store.create() for _ in range(count))
        self.records += made
        return made

    def request(self) -> Request:
        """One that makes a record; or work, where none does that has a body to keep back."""
        if self.store is None or not self.store.work.valid.body_encoding:
            return self.work.request()
        return self.store.work.request()

    def acknowledge(self, exchanges: Iterable[Exchange]) -> tuple[Created, ...]:
        """The records that answered requests made, of those that make records."""
        if self.store is None:
            return ()
        made = tuple(
            self.store.made_by(each.answer())
            for each in exchanges
            if each.request.valid == self.store.work.valid and each.is_success
        )
        self.records += made
        return made

    def change(self, count: int) -> tuple[Changed, ...]:
        """Update so many records and delete so many others, as far as that is described."""
        return () if self.store is None else tuple(hold(self.store, count))

    def reread(self, records: Iterable[Created | Changed]) -> tuple[Reread, ...]:
        """Read each record; none where ``boxproof.toml`` does not say how."""
        if self.store is None or self.store.kind.read is None:
            return ()
        return tuple(_reread(self.store, each) for each in records)

    def traffic(self, *, heavy: bool = False, health: bool = False) -> Traffic:
        """Clients that ask for work: the heaviest, or with looks at the health path between."""
        fields = self.work.valid.heavy if heavy else {}

        def requests() -> list[Request]:
            endpoint = self.work.client.endpoint()
            looks = [Request("GET", endpoint, self.config.health.path)] if health else []
            return [self.work.request(fields), *looks]

        return Traffic(requests, self.journal)


def _reread(store: RecordStore, known: Created | Changed) -> Reread:
    changed = known if isinstance(known, Changed) else None
    created = known.created if isinstance(known, Changed) else known
    try:
        answer = store.read(created.key)
        record = store.record_in(answer) if answer.status == 200 else None
        return Reread(created, answer, record, text_in(store, record), changed)
    except NoAnswer as error:
        return Reread(created, error, changed=changed)


@pytest.fixture(scope="session")
def acknowledged_records(
    config: Config, journal: Journal, work: Work, record_store: RecordStore | None
) -> AcknowledgedRecords:
    """Those of the shared deployment."""
    return AcknowledgedRecords(config, journal, work, record_store)

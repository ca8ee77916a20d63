"""The records that a deployment acknowledged, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import Breach, NoAnswer
from boxproof.journal import Journal
from boxproof.probes.exchange import Exchange
from boxproof.probes.messages import Answer, Request
from boxproof.probes.operations import Created, Operations, at
from boxproof.probes.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Reread:
    """A record and what its read answered later."""

    created: Created
    answer: Answer | NoAnswer

    @property
    def loss(self) -> str:
        """What is wrong with it now; empty when it reads as it was acknowledged."""
        if isinstance(self.answer, NoAnswer):
            return self.answer.summary
        if self.answer.status != 200:
            return f"reading it returned {self.answer.status}"
        different = self.created.differs_from(self.answer.json())
        return f"the record that was read differs at {different}" if different else ""

    @property
    def gone(self) -> bool:
        """Whether the service says that there is no such record."""
        return isinstance(self.answer, Answer) and 400 <= self.answer.status < 500

    def evidence(self) -> tuple[str, ...]:
        """What was acknowledged, and what the read said."""
        read = () if isinstance(self.answer, NoAnswer) else self.answer.evidence()
        return (*self.created.answer.evidence(), *read)


@dataclass
class Ledger:
    """Makes records, remembers every one that was acknowledged, reads them again."""

    config: Config
    journal: Journal
    operations: Operations
    records: list[Created] = field(default_factory=list)

    def create(self, count: int) -> tuple[Created, ...]:
        """Make records one after the other.

        Raises:
            Breach: the service refused, or gave no answer.
        """
        made = tuple(self.operations.create() for _ in range(count))
        self.records += made
        return made

    def acknowledge(self, exchanges: Iterable[Exchange]) -> tuple[Created, ...]:
        """The records that answered requests made."""
        made = tuple(
            self._record(each)
            for each in exchanges
            if each.request.body is not None and each.status == self.config.operations.create.status
        )
        self.records += made
        return made

    def reread(self, records: Iterable[Created]) -> tuple[Reread, ...]:
        """Read each record; none where ``boxproof.toml`` has no read operation."""
        if self.config.operations.read is None:
            return ()
        return tuple(self._reread(each) for each in records)

    def traffic(self, *, heavy: bool = False, health: bool = False) -> Traffic:
        """Clients that make records: the heaviest, or with looks at the health path between."""
        create = self.config.operations.create
        body = {**create.body, **(create.heavy if heavy else {})}

        def requests() -> list[Request]:
            endpoint = self.operations.client.endpoint()
            looks = [Request("GET", endpoint, self.config.health.path)] if health else []
            return [Request(create.method, endpoint, create.path, body), *looks]

        return Traffic(requests, self.journal)

    def _record(self, exchange: Exchange) -> Created:
        answer = exchange.answer()
        record, pointer = answer.json(), self.config.operations.create.id
        try:
            return Created(at(pointer, record), record, answer)
        except KeyError:
            raise Breach(f"the answer holds nothing at {pointer!r}", answer.evidence()) from None

    def _reread(self, created: Created) -> Reread:
        try:
            return Reread(created, self.operations.read(created.id))
        except NoAnswer as error:
            return Reread(created, error)


@pytest.fixture(scope="session")
def ledger(config: Config, journal: Journal, operations: Operations) -> Ledger:
    """The shared deployment's ledger."""
    return Ledger(config, journal, operations)

"""The records that a service keeps: made, read one by one, and listed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import quote

from boxproof.config.operations import Records
from boxproof.config.options import Config
from boxproof.core.breaches import UnusableAnswer
from boxproof.core.errors import ConfigError
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve_in
from boxproof.probes.messages import Answer
from boxproof.probes.pager import Pager
from boxproof.probes.work import Work


@dataclass(frozen=True, slots=True)
class Created:
    """A record that the service acknowledged."""

    id: Any
    record: Any
    answer: Answer

    def differs_from(self, read: Any) -> str:
        """The fields that a later read of it gives otherwise or not at all; empty when none."""
        return difference(self.record, read)


def difference(created: Any, read: Any) -> str:
    """The fields of a created record that a read gives otherwise or not at all; empty when none."""
    if not isinstance(created, Mapping) or not isinstance(read, Mapping):
        return "" if created == read else "its whole body"
    missing = object()
    return ", ".join(
        repr(name) for name, value in created.items() if read.get(name, missing) != value
    )


@dataclass(frozen=True, slots=True)
class RecordStore:
    """One kind of records of one deployment.

    Attributes:
        work: what makes a record.
    """

    work: Work
    kind: Records

    @classmethod
    def over(cls, client: Client, config: Config) -> Self:
        """The records that clauses judge, of the deployment that a client speaks to.

        Raises:
            ConfigError: ``boxproof.toml`` describes no records.
        """
        kind = config.record
        if kind is None:
            raise ConfigError(f"{config.file} describes no records; [records.NAME] does")
        return cls(Work(client, config.maker(kind)), kind)

    def through(self, client: Client) -> Self:
        """The same records, spoken to through another client."""
        return replace(self, work=replace(self.work, client=client))

    @property
    def client(self) -> Client:
        """What requests are sent with."""
        return self.work.client

    @property
    def pager(self) -> Pager | None:
        """Walks the list; None where ``boxproof.toml`` describes none."""
        return Pager.over(self.client, self.kind)

    def create(self, text: str | None = None, /, **fields: Any) -> Created:
        """Make a record, of another text of the user's and with other fields of the body if given.

        Raises:
            NoAnswer: the request got none.
            UnusableAnswer: the service refused, or its answer holds no id.
        """
        answer = self.work.send(text, **fields)
        if not self.work.valid.is_success(answer.status):
            raise UnusableAnswer(
                f"a valid request to make a record returned {answer.status}", answer.evidence()
            )
        return self.made_by(answer)

    def made_by(self, answer: Answer) -> Created:
        """The record that a successful answer acknowledges.

        Raises:
            UnusableAnswer: it holds no id.
        """
        return Created(resolve_in(answer, self.kind.id), answer.json(), answer)

    def read(self, record_id: Any) -> Answer:
        """Read one record; any status is returned.

        Raises:
            NoAnswer: the request got none.
            ConfigError: ``boxproof.toml`` does not say how.
        """
        if self.kind.read is None:
            raise ConfigError("it is not configured how a record is read: no 'read' table")
        return self.client.get(self.kind.read.path.replace("{id}", quote(str(record_id), safe="")))

    def list(self, count: int) -> list[Any]:
        """The ids of the latest records, newest first, ``count`` of them or all that there are.

        Raises:
            NoAnswer, UnusableAnswer: the list cannot be read.
            ConfigError: ``boxproof.toml`` does not say how.
        """
        pager = self.pager
        if pager is None:
            raise ConfigError("it is not configured how records are listed: no 'list' table")
        return pager.first(count)

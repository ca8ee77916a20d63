"""The service's own operations, as ``boxproof.toml`` describes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import quote

from boxproof.config.options import Config
from boxproof.config.options import Operations as Described
from boxproof.core.breaches import Breach, NotJudged
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.messages import Answer


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


def at(pointer: str, document: Any) -> Any:
    """What a JSON pointer (RFC 6901) names in a document.

    Raises:
        KeyError: it names nothing there.
    """
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Mapping) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        else:
            raise KeyError(pointer)
    return document


@dataclass(frozen=True, slots=True)
class Operations:
    """Calls the create, read and list operations of one deployment.

    ``issued`` holds every record that :meth:`create` made, in order.
    """

    client: Client
    described: Described
    issued: list[Created] = field(default_factory=list)

    @classmethod
    def over(cls, endpoint: Callable[[], Endpoint], config: Config, journal: Journal) -> Self:
        """The operations of the deployment that answers at ``endpoint()``."""
        return cls(Client(endpoint, journal), config.operations)

    def send(self, *, timeout_seconds: float | None = None, **changes: Any) -> Answer:
        """Send the create operation's body with ``changes`` to it; any status is returned."""
        create = self.described.create
        return self.client.request(
            create.method,
            create.path,
            json={**create.body, **changes},
            timeout_seconds=timeout_seconds,
        )

    def send_text(self, text: str) -> Answer:
        """Send the create operation with another text of the user's; any status is returned."""
        changes: dict[str, Any] = {self.described.create.text: text}
        return self.send(**changes)

    def create(self, **changes: Any) -> Created:
        """Make a record.

        Raises:
            Breach: the service refused, or its answer holds no id.
        """
        answer = self.send(**changes)
        if answer.status != self.described.create.status:
            raise Breach(f"a valid create request returned {answer.status}", answer.evidence())
        record = answer.json()
        made = Created(self._find(self.described.create.id, record, answer), record, answer)
        self.issued.append(made)
        return made

    def read(self, record_id: Any) -> Answer:
        """Read one record; any status is returned."""
        if self.described.read is None:
            raise NotJudged("boxproof.toml has no [operations.read]")
        path = self.described.read.path.replace("{id}", quote(str(record_id), safe=""))
        return self.client.get(path)

    def page(self, limit: int, before: Any = None) -> Answer:
        """Ask for a page of the list, from its start or before the record with an id.

        Raises:
            NotJudged: ``boxproof.toml`` has no list operation, or no parameter for that.
        """
        described = self.described.list
        if described is None:
            raise NotJudged("boxproof.toml has no [operations.list]")
        params = {described.limit: limit} if described.limit else {}
        if before is not None:
            if not described.before:
                raise NotJudged("boxproof.toml has no before in [operations.list]")
            params[described.before] = before
        return self.client.get(described.path, params=params)

    def items(self, answer: Answer) -> Sequence[Any]:
        """The records of a page.

        Raises:
            Breach: it holds no array where one is promised.
        """
        pointer = self.described.list.items if self.described.list is not None else ""
        items = self._find(pointer, answer.json(), answer)
        if not isinstance(items, list):
            raise Breach(f"the list's answer holds no array at {pointer!r}", answer.evidence())
        return items

    def list(self, **params: str | int) -> list[Any]:
        """List records.

        Raises:
            Breach: any status but 200, or no array where one is promised.
        """
        described = self.described.list
        if described is None:
            raise NotJudged("boxproof.toml has no [operations.list]")
        answer = self.client.get(described.path, params=params)
        if answer.status != 200:
            raise Breach(f"the list operation returned {answer.status}, not 200", answer.evidence())
        return [*self.items(answer)]

    @property
    def looks(self) -> tuple[str, ...]:
        """The ways to look at records that are described: ``one``, ``page``, ``walk``."""
        listed = self.described.list
        looks = ["one"] if self.described.read is not None else []
        if listed is not None:
            looks += ["page", "walk"] if listed.before else ["page"]
        return tuple(looks)

    def id_of(self, record: Any) -> Any:
        """The id of a record that a list or a read returned."""
        return at(self.described.create.id, record)

    def _find(self, pointer: str, document: Any, answer: Answer) -> Any:
        try:
            return at(pointer, document)
        except KeyError:
            raise Breach(f"the answer holds nothing at {pointer!r}", answer.evidence()) from None

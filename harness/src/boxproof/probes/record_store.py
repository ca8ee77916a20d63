"""The records that a service keeps: made, read one by one, and listed."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import unquote

from jsonpointer import JsonPointerException

from boxproof.config.operations import ID, Records, path_pattern
from boxproof.config.options import Config
from boxproof.core.breaches import UnusableAnswer
from boxproof.core.errors import ConfigError
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve_id, resolve_in, with_value, without
from boxproof.probes.messages import Answer
from boxproof.probes.pager import Pager
from boxproof.probes.work import Work, described_record

#: Headers whose value is a URL.
LOCATIONS = ("location", "content-location")


@dataclass(frozen=True, slots=True)
class Created:
    """A record that the service acknowledged.

    Attributes:
        key: what it is read by.
        record: None where neither the answer nor the request says what it is: then no more than the
            id was acknowledged.
    """

    id: Any
    key: Any
    record: Any
    answer: Answer

    def differs_from(self, read: Any) -> str:
        """The fields that a later read of it gives otherwise or not at all; empty when none."""
        return difference(self.record, read)


def difference(created: Any, read: Any) -> str:
    """The fields of a created record that a read gives otherwise or not at all; empty when none."""
    if created is None:
        return ""
    if not isinstance(created, Mapping) or not isinstance(read, Mapping):
        return "" if created == read else "its whole body"
    missing = object()
    return ", ".join(
        repr(name) for name, value in created.items() if read.get(name, missing) != value
    )


def id_in(answer: Answer, path: str, url: str) -> str:
    """The id in the URL of a record, whose path is like ``path``.

    Raises:
        UnusableAnswer: it is like another, or not a URL.
    """
    seen = answer.target(url).partition("?")[0]
    found = re.fullmatch(path_pattern(path.partition("?")[0], ID), seen)
    if found is None:
        raise UnusableAnswer(f"{url!r} is not like {path}, which holds the id", answer.evidence())
    return unquote(found[1])


@dataclass(frozen=True, slots=True)
class RecordStore:
    """One kind of records of one deployment.

    Attributes:
        work: what makes a record.
        name: what ``boxproof.toml`` calls the kind.
    """

    work: Work
    kind: Records
    name: str = ""

    @classmethod
    def over(cls, client: Client, config: Config) -> Self:
        """The records of the first kind, of the deployment that a client speaks to.

        Raises:
            ConfigError: ``boxproof.toml`` describes no records.
        """
        stores = cls.of_every_kind(client, config)
        if not stores:
            raise ConfigError(f"{config.file} describes no records; [records.NAME] does")
        return stores[0]

    @classmethod
    def of_every_kind(cls, client: Client, config: Config) -> tuple[Self, ...]:
        """The records of each kind that ``boxproof.toml`` describes, in its order."""
        return tuple(
            cls(Work(client, config.maker(kind)), kind, name)
            for name, kind in config.records.items()
        )

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
        return Pager.over(self.client, self.kind, id_is_text=self._id_is_text)

    @property
    def _id_is_text(self) -> bool:
        """Whether ids come as a part of a URL or a header, where a number is a text."""
        return bool(self.kind.id_header) or self.work.valid.takes_id

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
        text = self.work.own_text if text is None else text
        made = self.made_by(answer, text)
        return made if made.record is not None else replace(made, record=self._of_text({}, text))

    def made_by(self, answer: Answer, text: str | None = None) -> Created:
        """The record that a successful answer to a request with this text acknowledges.

        Raises:
            UnusableAnswer: it holds no id.
        """
        kind, record = self.kind, None
        media_type = answer.headers.get("Content-Type", "")
        if not self._id_is_text or (answer.body and "json" in media_type):
            record = resolve_in(answer, kind.record)
        if self.work.valid.takes_id:
            id = id_in(answer, self.work.valid.path, answer.request.url)
        elif kind.id_header:
            id = self._id_in_header(answer)
        else:
            id = resolve_id(answer, record, kind.id, "the answer")
        key = id
        if kind.key is not None:
            key = resolve_id(answer, record, kind.key, "the answer")
        return Created(id, key, self._acknowledged(record, text), answer)

    def _acknowledged(self, record: Any, text: str | None) -> Any:
        """A record as its reads must give it: where its answer lacks the text, with that which was
        sent; None where neither is known.
        """
        kind = self.kind
        if record is None or kind.text is None or kind.text_when_made is not None:
            return without(record, kind.varying)
        return self._of_text(without(record, kind.varying_in_reads), text)

    def _of_text(self, record: Any, text: str | None) -> Any:
        """A record that holds a text; None where nobody knows the text, or its place there."""
        if self.kind.text is None or text is None:
            return None
        with suppress(JsonPointerException):
            return with_value(record, self.kind.text, text)
        return None

    def _id_in_header(self, answer: Answer) -> str:
        """The id in a header; a location is that of the record's read."""
        name = self.kind.id_header
        value = answer.headers.get(name)
        if value is None:
            raise UnusableAnswer(f"the answer has no header {name}", answer.evidence())
        if name.lower() not in LOCATIONS or self.kind.read is None:
            return value
        return id_in(answer, self.kind.read.path, value)

    def record_in(self, answer: Answer) -> Any:
        """The record in the answer to a read, without what may differ between two reads.

        Raises:
            UnusableAnswer: it holds none.
        """
        return without(resolve_in(answer, self.kind.read_record), self.kind.varying_in_reads)

    def read(self, key: Any) -> Answer:
        """Read one record by its key, which is its id unless ``boxproof.toml`` says another; any
        status is returned.

        Raises:
            NoAnswer: the request got none.
            ConfigError: ``boxproof.toml`` does not say how.
        """
        if self.kind.read is None:
            raise ConfigError("it is not configured how a record is read: no 'read' table")
        return self.client.send(described_record(self.client, self.kind.read, key))

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

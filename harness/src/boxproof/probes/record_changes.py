"""Updates and deletes of records, and whether they hold."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from boxproof.config.operations import ID, Answered, Records
from boxproof.core.breaches import UnusableAnswer
from boxproof.probes.json_pointers import resolve
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import Created, RecordStore
from boxproof.probes.texts import Texts
from boxproof.probes.work import Work, described_record

#: What reading a deleted record returns (RFC 9110, 15.5.5 and 15.5.11).
GONE = (404, 410)
#: Acknowledged, but perhaps not done yet (RFC 9110, 15.3.3).
ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class Changed:
    """A record whose update or delete the service acknowledged.

    Attributes:
        created: the record as it was made.
        answer: to the update or delete.
        text: what it was updated with; None where it was deleted.
    """

    created: Created
    answer: Answer
    text: str | None = None

    @property
    def is_pending(self) -> bool:
        """Whether it was accepted only, so that it may be done at any later time."""
        return self.answer.status == ACCEPTED

    def undone(self, status: int | None, text: Any) -> str:
        """Why a later read, with the text that it found, shows that the change does not hold;
        empty when it holds.
        """
        if self.text is None:
            return "" if status in GONE else f"reading a deleted record {_returned(status)}"
        if status != 200:
            return f"reading an updated record {_returned(status)}"
        return "" if text == self.text else f"an updated record holds {text!r}, not {self.text!r}"

    def evidence(self) -> tuple[str, ...]:
        """What made the record, and what changed it."""
        return (*self.created.answer.evidence(), *self.answer.evidence())


def update(store: RecordStore, created: Created) -> Changed:
    """Update a record with a text that no other request has sent.

    Raises:
        NoAnswer: the request got no answer.
        UnusableAnswer: the service refused.
    """
    operation = store.kind.update
    assert operation is not None
    text = Texts.of(operation).fresh()
    answer = ask_to_update(store, created.key, text)
    _require_success(operation, answer, "update")
    return Changed(created, answer, text)


def delete(store: RecordStore, created: Created) -> Changed:
    """Delete a record.

    Raises:
        NoAnswer: the request got no answer.
        UnusableAnswer: the service refused.
    """
    operation = store.kind.delete
    assert operation is not None
    answer = ask_to_delete(store, created.key)
    _require_success(operation, answer, "delete")
    return Changed(created, answer)


def ask_to_update(store: RecordStore, key: Any, text: str | None = None) -> Answer:
    """Ask for the update of what is read by ``key``, with another text than that of the file where
    one is given; any status is returned.

    Raises:
        NoAnswer: the request got none.
    """
    operation = store.kind.update
    assert operation is not None
    filled = replace(operation, parameters={**operation.parameters, ID: key})
    return Work(store.client, filled).send(text)


def ask_to_delete(store: RecordStore, key: Any) -> Answer:
    """Ask for the delete of what is read by ``key``; any status is returned.

    Raises:
        NoAnswer: the request got none.
    """
    assert store.kind.delete is not None
    return store.client.send(described_record(store.client, store.kind.delete, key))


def ways_to_change(kind: Records) -> tuple[Callable[[RecordStore, Created], Changed], ...]:
    """How records of a kind can be changed: :func:`update`, :func:`delete`, both or neither."""
    updates = (update,) if has_text(kind) else ()
    return (*updates, *((delete,) if kind.delete is not None else ()))


def hold(store: RecordStore, count: int) -> Iterator[Changed]:
    """Update so many new records and delete so many others, as far as that can be read again;
    those changes that were acknowledged and hold at once.
    """
    for way in ways_to_change(store.kind) * count if store.kind.read is not None else ():
        with suppress(UnusableAnswer):
            changed = way(store, store.create(None, **store.work.valid.light))
            read = store.read(changed.created.key)
            record = store.record_in(read) if read.status == 200 else None
            if not changed.undone(read.status, text_in(store, record)):
                yield changed


def has_text(kind: Records) -> bool:
    """Whether a kind has an update that sends a text, and says where a record holds it."""
    return kind.update is not None and kind.update.text is not None and kind.text is not None


def text_in(store: RecordStore, record: Any) -> Any:
    """The user's text in a record; None where it holds none."""
    with suppress(KeyError):
        return None if store.kind.text is None else resolve(store.kind.text, record)
    return None


def _require_success(operation: Answered, answer: Answer, what: str) -> None:
    if not operation.is_success(answer.status):
        raise UnusableAnswer(
            f"a valid request to {what} a record returned {answer.status}", answer.evidence()
        )


def _returned(status: int | None) -> str:
    return "got no answer" if status is None else f"returned {status}"

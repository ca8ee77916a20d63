"""Which requests update and delete a record: tried on records that were made for it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from boxproof.config import values
from boxproof.config.operations import ID, NAMED_PART, Delete, Records, Update, ValidRequest
from boxproof.discovery import candidates
from boxproof.discovery.api_document import ApiDocument, Operation
from boxproof.discovery.draft import Found, note
from boxproof.probes import record_changes
from boxproof.probes.record_store import RecordStore

#: So many texts of a body may be the user's; where none of them changes a record, others hardly do.
TEXTS_MOST = 3
#: What a delete may do beyond it.
DELETES_MORE = re.compile(f"{candidates.REACHES_PEOPLE}|cancel")
#: Of an update that was done when it was answered (RFC 9110, 15.3).
SUCCESS = (200, 201, 204)


def changeable(store: RecordStore, document: ApiDocument, notes: dict[str, str]) -> Records:
    """With the update and the delete of a kind, where requests at the path of its read did that.

    Args:
        notes: by the keys below ``[records.NAME]``; those of what is found are added.
    """
    kind = store.kind
    update, why = next(_updates(store, document), (None, ""))
    if update is not None:
        notes["update.path"] = note(Found.TRIED, f"{why} changed what was made")
    delete, why = next(_deletes(store, document), (None, ""))
    if delete is not None:
        notes["delete.path"] = note(Found.TRIED, f"{why} deleted what was made")
    return replace(kind, update=update, delete=delete)


def _updates(store: RecordStore, document: ApiDocument) -> Iterator[tuple[Update, str]]:
    """The updates that held, each with what describes it."""
    assert store.kind.read is not None
    for request, why in _requests(store, document):
        texts = sorted(values.texts(request.body), key=lambda at: not _alike(at, store.kind))
        for pointer in texts[:TEXTS_MOST]:
            tried = Update(
                # As it is read: nothing is sent to a record that is not init's own.
                path=store.kind.read.path,
                method=request.method,
                query=request.query,
                body=request.body,
                encoding=request.encoding,
                content_type=request.content_type,
                text=pointer,
                status=SUCCESS,
            )
            # Kept apart from the delete, which would be tried as well.
            trial = replace(store, kind=replace(store.kind, update=tried, delete=None))
            for held in record_changes.hold(trial, 1):
                usual = Update(tried.path).statuses
                status = usual if held.answer.status in usual else held.answer.status
                yield replace(tried, status=status), why


def _requests(store: RecordStore, document: ApiDocument) -> Iterator[tuple[ValidRequest, str]]:
    """What may update a record: what the document describes, or what made it under a chosen id."""
    kind, maker = store.kind, store.work.valid
    assert kind.read is not None
    for method in ("PATCH", "PUT"):
        operation = _at(kind.read.path, method, document)
        if operation is not None and not candidates.HARMFUL.search(operation.words):
            for candidate in candidates.of_operation(document, operation):
                yield candidate.request, str(operation)
    if maker.takes_id and maker.path == kind.read.path:
        yield maker, f"{maker.method} {maker.path}"


def _deletes(store: RecordStore, document: ApiDocument) -> Iterator[tuple[Delete, str]]:
    """The delete that held, with what describes it."""
    assert store.kind.read is not None
    operation = _at(store.kind.read.path, "DELETE", document)
    if operation is not None and not DELETES_MORE.search(operation.words):
        tried = Delete(path=store.kind.read.path)
        trial = replace(store, kind=replace(store.kind, update=None, delete=tried))
        for _ in record_changes.hold(trial, 1):
            yield tried, str(operation)


def _at(path: str, method: str, document: ApiDocument) -> Operation | None:
    """The operation of a path, whatever the document calls the part that is the id."""
    for each in document.operations:
        if each.method == method and NAMED_PART.sub(f"{{{ID}}}", each.path) == path:
            return each
    return None


def _alike(pointer: str, kind: Records) -> bool:
    """Whether the fields have one name."""
    return kind.text is not None and pointer.rpartition("/")[2] == kind.text.rpartition("/")[2]

"""What a service keeps: which request makes a record, and which read, list and change it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from boxproof.config import values
from boxproof.config.operations import ID, NAMED_PART, Read, Records, ValidRequest
from boxproof.core.breaches import NoAnswer, UnusableAnswer
from boxproof.discovery import change_search, list_search
from boxproof.discovery.api_document import ApiDocument, Operation
from boxproof.discovery.draft import Found, note
from boxproof.discovery.list_search import scalars
from boxproof.discovery.work_search import Tried
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import Created, RecordStore
from boxproof.probes.work import Work

LOCATION = "Location"
#: Nobody has it.
UNKNOWN = "0c52d0e4a7c94d2e9f61"
ID_ENDINGS = ("id", "key", "name", "slug", "number", "code")


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of records.

    Attributes:
        name: what the path of its list or of its read calls them.
        maker: makes one.
        notes: by the keys below ``[records.NAME]``.
    """

    name: str
    maker: ValidRequest
    kind: Records
    notes: Mapping[str, str]


def find(client: Client, makers: Iterable[Tried], document: ApiDocument) -> Kept | None:
    """The first kind of records that can be made and read again; None where there is none."""
    for tried in makers:
        for kind, why in _readable(client, tried, document):
            store = RecordStore(Work(client, tried.request), kind)
            try:
                first, second = store.create(), store.create()
                # The name of a model that is told with every answer is not the id of a record.
                described = None if first.id == second.id else _described(store, first)
            except (NoAnswer, UnusableAnswer):
                continue
            if described is None:
                continue
            notes = {"read.path": note(Found.TRIED, why)}
            kept = replace(store, kind=described)
            listed = list_search.listed(kept, document, first, second, notes)
            whole = change_search.changeable(replace(kept, kind=listed), document, notes)
            return Kept(_name(whole), tried.request, whole, notes)
    return None


def _readable(client: Client, tried: Tried, document: ApiDocument) -> Iterator[tuple[Records, str]]:
    """Each way in which what a request made is read with 200, and how that was seen."""
    reads = sorted(
        (each for each in document.operations if _reads_one(each)),
        key=lambda each: not each.path.startswith(tried.request.path.partition("{")[0]),
    )
    for operation in reads:
        path = NAMED_PART.sub(f"{{{ID}}}", operation.path)
        unknown = client.look(path.replace(f"{{{ID}}}", UNKNOWN))
        if unknown is not None and unknown.status == 200:
            # A page that says 200 whatever it is asked for finds nothing.
            continue
        for kind, value in _ids(tried, path):
            answer = client.look(path.replace(f"{{{ID}}}", quote(str(value), safe="")))
            if answer is not None and answer.status == 200 and _holds(answer, kind, value):
                yield replace(kind, read=Read(path)), f"{operation} found what was made"


def _reads_one(operation: Operation) -> bool:
    return operation.method == "GET" and len(NAMED_PART.findall(operation.path)) == 1


def _ids(tried: Tried, path: str) -> Iterator[tuple[Records, Any]]:
    """Where the id of what was made may stand, and what stands there."""
    request, answer = tried.request, tried.answer
    if request.takes_id:
        if path == request.path:
            sent = answer.target(answer.request.url).partition("?")[0]
            yield Records(), sent.rpartition("/")[2]
        return
    try:
        document = answer.json()
    except UnusableAnswer:
        document = None
    for pointer, value in scalars(document):
        above, _, name = pointer.rpartition("/")
        if name.lower().endswith(ID_ENDINGS):
            yield Records(id=f"/{name}", record=above), value
    location = answer.headers.get(LOCATION, "")
    start = path.partition("{")[0]
    if start in location:
        yield Records(id_header=LOCATION), location.rpartition(start)[2].partition("?")[0]


def _holds(answer: Answer, kind: Records, value: Any) -> bool:
    """Whether an answer to a read is of that record: any 200 with JSON, where it holds the id."""
    try:
        document = answer.json()
    except UnusableAnswer:
        return False
    if kind.id_header or (kind.id == Records().id and not kind.record):
        return isinstance(document, Mapping)
    return any(each == value for _, each in scalars(document))


def _described(store: RecordStore, first: Created) -> Records | None:
    """The kind with its envelope, its text and what varies; None where reads say otherwise."""
    kind = store.kind
    assert kind.read is not None
    answer = store.read(first.key)
    if answer.status != 200:
        return None
    envelope = _envelope(answer.json(), kind, first)
    if envelope is None:
        return None
    if envelope != kind.record:
        kind = replace(kind, read=replace(kind.read, record=envelope))
    read = resolve(envelope, answer.json())
    again = resolve(envelope, store.read(first.key).json())
    varying = (*_changed(read, again), *_changed(first.record, read))
    kind = replace(kind, varying=tuple(dict.fromkeys(varying)))
    return _with_text(replace(store, kind=kind))


def _changed(one: Any, other: Any) -> Iterator[str]:
    """JSON pointers to the fields of a record that differ, or stand in one answer alone."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        yield from (f"/{name}" for name in one if one[name] != other.get(name))


def _envelope(document: Any, kind: Records, first: Created) -> str | None:
    """Where the record stands in the answer to a read; None where it does not."""
    if not isinstance(document, Mapping):
        return None
    name = kind.id.rpartition("/")[2]
    if kind.id_header or first.record is None:
        return ""
    for pointer, value in scalars(document):
        above, _, last = pointer.rpartition("/")
        if value == first.id and last == name:
            return above
    # A chosen id need not be in what is read.
    return kind.record


def _with_text(store: RecordStore) -> Records:
    """With the place of the user's text in a record, where it is the same as made and as read."""
    kind, work = store.kind, store.work
    if work.valid.text is None:
        return kind
    text = work.texts.fresh()
    made = store.create(text)
    read = store.record_in(store.read(made.key))
    for pointer in values.texts(read):
        # What was made may be told by its id alone.
        shown = read if made.record is None else made.record
        try:
            same = resolve(pointer, read) == text == resolve(pointer, shown)
        except KeyError:
            continue
        if same:
            return replace(kind, text=pointer)
    return kind


def _name(kind: Records) -> str:
    """What a path calls these records: its last part that is not filled in."""
    path = kind.list.path if kind.list is not None else kind.read.path if kind.read else ""
    parts = [each for each in path.split("/") if each and "{" not in each]
    name = "".join(e if e.isalnum() or e in "-_" else "-" for e in (parts or ["records"])[-1])
    return name or "records"

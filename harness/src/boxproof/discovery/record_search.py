"""What a service keeps: which request makes a record, and which read it and list it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from boxproof.config import values
from boxproof.config.operations import ID, NAMED_PART, List, Read, Records, ValidRequest
from boxproof.core.breaches import NoAnswer, UnusableAnswer
from boxproof.discovery.api_document import ApiDocument, Operation
from boxproof.discovery.draft import Found, note
from boxproof.discovery.work_search import Tried
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import Created, RecordStore
from boxproof.probes.work import Work

LIMITS = ("limit", "per_page", "page_size", "pageSize", "size", "count", "top")
BEFORE = ("before", "before_id", "older_than")
CURSORS = ("cursor", "page_token", "pageToken", "after", "starting_after")
OFFSETS = ("offset", "skip", "start", "startindex")
PAGES = ("page", "page_number", "p")
NEXT = ("/next_cursor", "/next", "/next_page_token", "/nextPageToken", "/cursor", "/links/next")
LOCATION = "Location"
#: Nobody has it.
UNKNOWN = "0c52d0e4a7c94d2e9f61"
#: How deep in an answer an id is looked for.
ID_DEPTH = 3
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
            listed = _listed(kept, document, first, second, notes)
            assert listed.read is not None
            return Kept(_name(listed), tried.request, listed, notes)
    return None


def _readable(client: Client, tried: Tried, document: ApiDocument) -> Iterator[tuple[Records, str]]:
    """Each way in which what a request made is read with 200, and how that was seen."""
    reads = sorted(
        (each for each in document.operations if _reads_one(each)),
        key=lambda each: not each.path.startswith(tried.request.path.partition("{")[0]),
    )
    for operation in reads:
        path = NAMED_PART.sub(f"{{{ID}}}", operation.path)
        for kind, value in _ids(tried, path):
            answer = _get(client, path.replace(f"{{{ID}}}", quote(str(value), safe="")))
            unknown = _get(client, path.replace(f"{{{ID}}}", UNKNOWN))
            # A page that says 200 whatever it is asked for finds nothing.
            finds = answer is not None and answer.status == 200
            finds = finds and (unknown is None or unknown.status != 200)
            if answer is not None and finds and _holds(answer, kind, value):
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
    for pointer, value in _scalars(document):
        above, _, name = pointer.rpartition("/")
        if name.lower().endswith(ID_ENDINGS):
            yield Records(id=f"/{name}", record=above), value
    location = answer.headers.get(LOCATION, "")
    start = path.partition("{")[0]
    if start in location:
        yield Records(id_header=LOCATION), location.rpartition(start)[2].partition("?")[0]


def _scalars(document: Any, at: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """JSON pointers to what can be an id, those that stand higher first."""
    inner = []
    for name, value in document.items() if isinstance(document, Mapping) else ():
        place = f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            yield place, value
        elif isinstance(value, Mapping) and depth < ID_DEPTH:
            inner.append((value, place))
    for value, place in inner:
        yield from _scalars(value, place, depth + 1)


def _holds(answer: Answer, kind: Records, value: Any) -> bool:
    """Whether an answer to a read is of that record: any 200 with JSON, where it holds the id."""
    try:
        document = answer.json()
    except UnusableAnswer:
        return False
    if kind.id_header or (kind.id == Records().id and not kind.record):
        return isinstance(document, Mapping)
    return any(each == value for _, each in _scalars(document))


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
    for pointer, value in _scalars(document):
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
    if made.record is None:
        return kind
    read = store.record_in(store.read(made.key))
    for pointer in values.texts(read):
        try:
            same = resolve(pointer, read) == text == resolve(pointer, made.record)
        except KeyError:
            continue
        if same:
            return replace(kind, text=pointer)
    return kind


def _listed(
    store: RecordStore,
    document: ApiDocument,
    first: Created,
    second: Created,
    notes: dict[str, str],
) -> Records:
    """With the list that shows both records, if there is one, and how its pages are turned."""
    kind = store.kind
    assert kind.read is not None
    start = kind.read.path.partition("{")[0].rstrip("/")
    lists = sorted(
        (e for e in document.operations if e.method == "GET" and not NAMED_PART.search(e.path)),
        key=lambda each: (each.path.rstrip("/") != start, not each.path.startswith(start)),
    )
    for operation in lists:
        found = _list_at(store, operation, first, second)
        if found is None:
            continue
        notes["list.path"] = note(Found.TRIED, f"{operation} shows what was made")
        limited = _with_limit(replace(store, kind=replace(kind, list=found)), operation)
        turned = _turned(limited, operation, (second, first))
        if turned.list is not None and not turned.list.ways:
            notes["list.path"] += "; no way to turn its pages was found"
        return turned
    return kind


def _list_at(
    store: RecordStore, operation: Operation, first: Created, second: Created
) -> List | None:
    answer = _get(store.client, operation.path)
    if answer is None or answer.status != 200:
        return None
    try:
        arrays = list(_arrays(answer.json()))
    except UnusableAnswer:
        return None
    for pointer, items in arrays:
        for place in _places(store.kind, second.id, items):
            shown = [str(_at(place, each)) for each in items]
            newest = shown.index(str(second.id))
            oldest = shown.index(str(first.id)) if str(first.id) in shown else len(shown)
            text = _text_in(store.kind, place, items)
            if text is None and store.kind.text is not None:
                return None
            return List(
                path=operation.path,
                items=pointer,
                id=None if place == store.kind.id else place,
                text=None if text == store.kind.text else text,
                order="newest" if newest < oldest else "oldest",
            )
    return None


def _places(kind: Records, id: Any, items: list[Any]) -> Iterator[str]:
    """Where an id stands in the items of a list."""
    name = kind.id.rpartition("/")[2]
    for item in items:
        for place, value in _scalars(item):
            if str(value) == str(id) and (place.rpartition("/")[2] == name or kind.id_header):
                yield place


def _text_in(kind: Records, place: str, items: list[Any]) -> str | None:
    """Where the user's text stands in every item of a list; None where it does not."""
    if kind.text is None:
        return None
    for text in (kind.text, place.rpartition("/")[0] + kind.text):
        if all(_at(text, each) is not None for each in items):
            return text
    return None


def _at(pointer: str, item: Any) -> Any:
    try:
        return resolve(pointer, item)
    except KeyError:
        return None


def _arrays(document: Any, at: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """JSON pointers to arrays of objects."""
    if isinstance(document, list) and document and all(isinstance(e, Mapping) for e in document):
        yield at, document
    elif isinstance(document, Mapping) and depth < ID_DEPTH:
        for name, value in document.items():
            yield from _arrays(value, f"{at}/{name}", depth + 1)


def _with_limit(store: RecordStore, operation: Operation) -> RecordStore:
    listing = store.kind.list
    assert listing is not None
    named = [each.name for each in operation.placed("query") if each.name in LIMITS]
    for name in sorted(named, key=LIMITS.index):
        limited = replace(store, kind=replace(store.kind, list=replace(listing, limit=name)))
        pager = limited.pager
        try:
            if pager is not None and len(pager.items(pager.page(1))) == 1:
                return limited
        except (NoAnswer, UnusableAnswer):
            continue
    return store


def _turned(store: RecordStore, operation: Operation, made: tuple[Created, Created]) -> Records:
    """With the first way to turn pages by which both records are met, one page each."""
    listing = store.kind.list
    assert listing is not None
    wanted = {str(each.id) for each in made}
    for way in _ways(operation):
        kind = replace(store.kind, list=replace(listing, **way))
        pager = replace(store, kind=kind).pager
        assert pager is not None
        met: set[str] = set()
        try:
            for page in pager.walk(1, pages=40):
                met |= {str(each.id) for each in page.items}
                if wanted <= met or page.status != 200:
                    break
        except (NoAnswer, UnusableAnswer):
            continue
        if wanted <= met and listing.limit:
            return kind
    return store.kind


def _ways(operation: Operation) -> Iterator[dict[str, Any]]:
    """The ways in which pages may be turned, by what the operation's parameters are called."""
    names = [each.name for each in operation.placed("query")]
    yield from ({"before": each} for each in BEFORE if each in names)
    for name in (each for each in CURSORS if each in names):
        yield from ({"cursor": name, "next": pointer} for pointer in NEXT)
    yield from ({"offset": each} for each in OFFSETS if each in names)
    for name in (each for each in PAGES if each in names):
        yield {"page": name}
        yield {"page": name, "pages_from_zero": True}
    yield {"link": True}
    yield from ({"next": pointer} for pointer in NEXT)


def _get(client: Client, path: str) -> Answer | None:
    try:
        return client.get(path)
    except NoAnswer:
        return None


def _name(kind: Records) -> str:
    """What a path calls these records: its last part that is not filled in."""
    path = kind.list.path if kind.list is not None else kind.read.path if kind.read else ""
    parts = [each for each in path.split("/") if each and "{" not in each]
    name = "".join(e if e.isalnum() or e in "-_" else "-" for e in (parts or ["records"])[-1])
    return name or "records"

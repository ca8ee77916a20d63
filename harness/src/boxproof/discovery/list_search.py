"""The list that shows what a service keeps: its path, its order, and how pages are turned."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from boxproof.config.operations import NAMED_PART, List, Records
from boxproof.config.values import pointer_below
from boxproof.core.breaches import NoAnswer, UnusableAnswer
from boxproof.discovery.api_document import ApiDocument, Operation
from boxproof.discovery.draft import Found, note
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve
from boxproof.probes.record_store import Created, RecordStore

LIMITS = ("limit", "per_page", "page_size", "pageSize", "size", "count", "top")
BEFORE = ("before", "before_id", "older_than")
CURSORS = ("cursor", "page_token", "pageToken", "after", "starting_after")
OFFSETS = ("offset", "skip", "start", "startindex")
PAGES = ("page", "page_number", "p")
NEXT = ("/next_cursor", "/next", "/next_page_token", "/nextPageToken", "/cursor", "/links/next")
#: How deep in an answer an id is looked for.
ID_DEPTH = 3


def listed(
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


def scalars(document: Any, at: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """JSON pointers to what can be an id, those that stand higher first."""
    inner = []
    for name, value in document.items() if isinstance(document, Mapping) else ():
        place = pointer_below(at, name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            yield place, value
        elif isinstance(value, Mapping) and depth < ID_DEPTH:
            inner.append((value, place))
    for value, place in inner:
        yield from scalars(value, place, depth + 1)


def _list_at(
    store: RecordStore, operation: Operation, first: Created, second: Created
) -> List | None:
    for pointer, items in arrays_at(store.client, operation.path):
        for place in _places(store.kind, second.id, items):
            shown = [str(_at(place, each)) for each in items]
            newest = shown.index(str(second.id))
            oldest = shown.index(str(first.id)) if str(first.id) in shown else len(shown)
            text = _text_in(store.kind, place, items)
            return List(
                path=operation.path,
                items=pointer,
                id=None if place == store.kind.id else place,
                text=None if text == store.kind.text else text,
                shows_text=text is not None or store.kind.text is None,
                order="newest" if newest < oldest else "oldest",
            )
    return None


def _places(kind: Records, id: Any, items: list[Any]) -> Iterator[str]:
    """Where an id stands in the items of a list."""
    name = kind.id.rpartition("/")[2]
    for item in items:
        for place, value in scalars(item):
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


def arrays_at(client: Client, path: str) -> list[tuple[str, list[Any]]]:
    """The arrays of objects that a path's answer of 200 shows, each behind its JSON pointer."""
    answer = client.look(path)
    try:
        return [] if answer is None or answer.status != 200 else [*_arrays(answer.json())]
    except UnusableAnswer:
        return []


def _arrays(document: Any, at: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """JSON pointers to arrays of objects."""
    if isinstance(document, list) and document and all(isinstance(e, Mapping) for e in document):
        yield at, document
    elif isinstance(document, Mapping) and depth < ID_DEPTH:
        for name, value in document.items():
            yield from _arrays(value, pointer_below(at, name), depth + 1)


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

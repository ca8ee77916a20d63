"""How lists are walked: page after page, as ``boxproof.toml`` says that pages are turned."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from requests.utils import parse_header_links

from boxproof.config.operations import List, Records
from boxproof.core.breaches import UnusableAnswer
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve, resolve_id, resolve_in, resolve_part
from boxproof.probes.messages import Answer
from boxproof.probes.work import described

#: Pages of one walk, where each has something new: a list that goes on for ever ends.
PAGES_MOST = 10_000
#: A page of so many items is asked for by number; servers commonly allow 20 and more.
SMALL_PAGE = 20
#: So many pages are looked through for one record; in a list of another order, it may be far.
NEAR_PAGES, NEAR_PAGES_UNSORTED = 3, 100

#: Sends a request; None where its answer cannot be told from one that was cut off.
Attempt = Callable[[Callable[[], Answer]], Answer | None]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: what it is, its id, and the user's text where boxproof.toml says."""

    id: Any
    text: Any
    record: Any


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a walk.

    Attributes:
        status: of the answer; None where there was none. A walk ends with any status but 200.
        is_end: whether the list has nothing behind this page.
        unnamed: what ``next`` names in no page so far, where the walk ended with the first page and
            that is full: as at the end of a list, and as where ``next`` is mistyped.
    """

    status: int | None
    items: tuple[Item, ...] = ()
    is_end: bool = False
    unnamed: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: as parameters of the list's query, or as a path that the list gave."""

    params: Mapping[str, Any] = field(default_factory=dict)
    target: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Reads one list of a deployment."""

    client: Client
    listing: List
    item_id: str
    item_text: str | None
    id_is_text: bool = False

    @classmethod
    def over(cls, client: Client, kind: Records, *, id_is_text: bool = False) -> "Pager | None":
        """The pager of a kind of records; None where ``boxproof.toml`` describes no list."""
        if kind.list is None:
            return None
        return cls(client, kind.list, kind.item_id, kind.item_text, id_is_text)

    @property
    def has_cursor(self) -> bool:
        """Whether the list can be asked for what comes after its first page."""
        return bool(self.listing.ways)

    def page(self, size: int | None = None, place: "Place | None" = None) -> Answer:
        """Ask for a page, from the start of the list or from a place in it."""
        listing, place = self.listing, place or Place()
        query = {**listing.query}
        if size is not None and listing.limit:
            query[listing.limit] = size
        asked = described(self.client, listing, query={**query, **place.params})
        return self.client.send(replace(asked, path=place.target or asked.path))

    def items(self, answer: Answer) -> tuple[Item, ...]:
        """The items of a page.

        Raises:
            UnusableAnswer: its status is not 200, it holds no array, or an item lacks its id or
                its text.
        """
        if answer.status != 200:
            raise UnusableAnswer(f"the list returned {answer.status}", answer.evidence())
        found = resolve_in(answer, self.listing.items)
        if not isinstance(found, list):
            where = repr(self.listing.items) if self.listing.items else "its top"
            raise UnusableAnswer(f"the list's answer holds no array at {where}", answer.evidence())
        return tuple(self._item(answer, each) for each in found)

    def walk(
        self,
        size: int | None = None,
        pages: int = PAGES_MOST,
        attempt: Attempt = lambda send: send(),
    ) -> Iterator[Page]:
        """Read up to so many pages, each of ``size`` items or of as many as the server gives.

        A page with fewer items than asked for is not the end: servers have limits of their own. The
        end is an empty page, or one without an id that the walk has not seen, as of a cursor that
        goes in circles. Where records that are added move others on, such a page ends the walk as
        well, and there may be more behind it.

        Raises:
            NoAnswer, UnusableAnswer: what ``attempt`` lets through, and what :meth:`items` raises.
        """
        seen: set[str] = set()
        place: Place | None = None
        for number in range(1, pages + 1):
            answer = attempt(partial(self.page, size, place))
            if answer is None or answer.status != 200:
                yield Page(None if answer is None else answer.status)
                return
            items = self.items(answer)
            new = {repr(each.id) for each in items} - seen
            seen |= new
            # Where records that were added have moved others on, they are met a second time.
            shown = tuple(each for each in items if self.listing.is_stable or repr(each.id) in new)
            place = self._behind(answer, items, number, len(seen)) if new else None
            known = not items or self.listing.is_stable
            is_end = self.has_cursor and place is None if new else known
            unnamed = self._unnamed(answer, items, size) if number == 1 else ""
            yield Page(200, shown, is_end, unnamed)
            if place is None:
                return

    def find(self, wanted: Callable[[Item], bool]) -> "tuple[Item, Answer] | None":
        """The first item that is wanted, with its page's answer; None where none is near the start.

        Raises:
            NoAnswer, UnusableAnswer: the list cannot be read.
        """
        seen: list[Answer] = []

        def kept(send: Callable[[], Answer]) -> Answer:
            seen.append(send())
            return seen[-1]

        most = NEAR_PAGES if self.listing.order == "newest" else NEAR_PAGES_UNSORTED
        for page in self.walk(pages=most, attempt=kept):
            if page.status != 200:
                told = f"a page of the list returned {page.status}"
                raise UnusableAnswer(told, seen[-1].evidence())
            for each in page.items:
                if wanted(each):
                    return each, seen[-1]
        return None

    def _behind(
        self, answer: Answer, items: Sequence[Item], number: int, met: int
    ) -> "Place | None":
        """What comes behind a page, the last of ``number`` with ``met`` items; None at the end."""
        listing = self.listing
        if listing.before:
            return Place({listing.before: items[-1].id})
        if listing.offset:
            return Place({listing.offset: met})
        if listing.page:
            return Place({listing.page: number + (not listing.pages_from_zero)})
        if listing.link:
            links = parse_header_links(answer.headers.get("Link", ""))
            urls = [each["url"] for each in links if "next" in each.get("rel", "").split()]
            return Place(target=answer.target(urls[0])) if urls else None
        found = None
        if listing.next is not None:
            with suppress(KeyError):
                found = resolve(listing.next, answer.json())
        if found in (None, "", False):
            return None
        if listing.cursor:
            return Place({listing.cursor: found})
        return Place(target=answer.target(str(found)))

    def _unnamed(self, answer: Answer, items: Sequence[Item], size: int | None) -> str:
        """``next``, where a page is as full as was asked for and holds nothing there."""
        listing = self.listing
        asked = size if size is not None and listing.limit else 1
        if listing.next is None or len(items) < asked:
            return ""
        try:
            resolve(listing.next, answer.json())
        except KeyError:
            return listing.next
        return ""

    def first(self, count: int) -> list[Any]:
        """The ids of the first items of the list, ``count`` of them or all that there are.

        Raises:
            UnusableAnswer: a page cannot be used.
            NoAnswer: a page did not come.
        """
        found: list[Any] = []
        # A server may refuse a page larger than those that it gives: many come in its own size.
        for page in self.walk(count if count <= SMALL_PAGE else None):
            if page.status != 200:
                raise UnusableAnswer(f"a page of the list returned {page.status}")
            found += [each.id for each in page.items]
            if len(found) >= count:
                break
        return found[:count]

    def _item(self, answer: Answer, item: Any) -> Item:
        what = "an item of the list"
        record_id = resolve_id(answer, item, self.item_id, what)
        if self.id_is_text:
            record_id = str(record_id)
        text = None
        if self.item_text is not None:
            text = resolve_part(answer, item, self.item_text, what)
        return Item(record_id, text, item)


def find_record(pager: Pager | None, id: Any) -> "tuple[Item, Answer] | None":
    """The item of a record, with its page's answer; None where no page near the start has it.

    Raises:
        NoAnswer, UnusableAnswer: as :meth:`Pager.find`.
    """
    return None if pager is None else pager.find(lambda each: bool(each.id == id))

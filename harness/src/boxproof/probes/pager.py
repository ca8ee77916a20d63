"""How lists are walked: page after page, newest first, with the cursor of ``boxproof.toml``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from boxproof.config.operations import List, Records
from boxproof.core.breaches import UnusableAnswer
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve_in, resolve_part
from boxproof.probes.messages import Answer

#: Pages of one walk, where each has something new: a list that goes on for ever ends.
PAGES_MOST = 10_000
#: A page of so many items is asked for by number; servers commonly allow 20 and more.
SMALL_PAGE = 20

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
    """

    status: int | None
    items: tuple[Item, ...] = ()
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """Reads one list of a deployment."""

    client: Client
    listing: List
    item_id: str
    item_text: str | None

    @classmethod
    def over(cls, client: Client, kind: Records) -> "Pager | None":
        """The pager of a kind of records; None where ``boxproof.toml`` describes no list."""
        if kind.list is None:
            return None
        return cls(client, kind.list, kind.item_id, kind.item_text)

    @property
    def has_cursor(self) -> bool:
        """Whether the list can be asked for what comes after its first page."""
        return bool(self.listing.before)

    def page(self, size: int | None = None, before: Any = None) -> Answer:
        """Ask for a page, from the start of the list or before the item with an id."""
        params: dict[str, Any] = {}
        if size is not None and self.listing.limit:
            params[self.listing.limit] = size
        if before is not None:
            params[self.listing.before] = before
        return self.client.get(self.listing.path, params=params)

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
        goes in circles.

        Raises:
            NoAnswer, UnusableAnswer: what ``attempt`` lets through, and what :meth:`items` raises.
        """
        seen: set[str] = set()
        before: Any = None
        for _ in range(pages):
            answer = attempt(partial(self.page, size, before))
            if answer is None or answer.status != 200:
                yield Page(None if answer is None else answer.status)
                return
            items = self.items(answer)
            new = {repr(each.id) for each in items} - seen
            yield Page(200, items, is_end=not new)
            if not new or not self.has_cursor:
                return
            seen |= new
            before = items[-1].id

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
        record_id = resolve_part(answer, item, self.item_id, what)
        text = None
        if self.item_text is not None:
            text = resolve_part(answer, item, self.item_text, what)
        return Item(record_id, text, item)

"""Lists are walked to their end, whatever pages a server gives."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from apps.good import Response
from apps.schema.serving import served

from boxproof.config.operations import List, Records
from boxproof.core.breaches import UnusableAnswer
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.pager import Pager

Respond = Callable[[int, str | None], Any]
TotalPager = Callable[..., Pager]
ASKED = 5
LISTING = {"limit": "limit", "before": "before", "id": "/note/id"}


class Listing:
    """A list behind ``/notes`` whose pages a function of limit and cursor gives."""

    def __init__(self, page: Respond, status: int = 200) -> None:
        self.page = page
        self.status = status

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        """One page."""
        del method, path, body
        given = parse_qs(query)
        page = self.page(int(given.get("limit", ["3"])[0]), given.get("before", [None])[0])
        return Response(self.status, page)


@pytest.fixture
def pager_of(tmp_path: Path) -> Iterator[TotalPager]:
    """Makes a pager of a list whose items are ``{"note": {"id": …}, "words": …}``."""
    journal = Journal(tmp_path / "journal.jsonl")
    with ExitStack() as stack:

        def make(page: Respond, status: int = 200, **of_list: Any) -> Pager:
            url = stack.enter_context(served(Listing(page, status).respond)).url
            listing = List("/notes", **{**LISTING, **of_list})
            client = Client(lambda: Endpoint(url), journal)
            pager = Pager.over(client, Records(text="/words", list=listing))
            assert pager is not None
            return pager

        yield make
    journal.close()


def item(number: int) -> dict[str, Any]:
    """One item of a list."""
    return {"note": {"id": number}, "words": f"note {number}"}


def newest(count: int, most: int) -> Respond:
    """A list of so many, newest first, that gives no more than ``most`` on a page."""

    def page(limit: int, before: str | None) -> list[Any]:
        first = count if before is None else int(before) - 1
        return [item(n) for n in range(first, max(0, first - min(limit, most)), -1)]

    return page


def ids(pager: Pager, pages: int = 100) -> list[Any]:
    """The ids that a walk meets."""
    return [each.id for page in pager.walk(ASKED, pages) for each in page.items]


@pytest.mark.parametrize("most", [1, 2, ASKED, 100])
def test_a_page_smaller_than_asked_is_not_the_end(pager_of: TotalPager, most: int) -> None:
    """A server may have a limit of its own."""
    pages = list(pager_of(newest(11, most)).walk(ASKED))
    assert [each.id for page in pages for each in page.items] == list(range(11, 0, -1))
    assert [each.is_end for each in pages] == [False] * (len(pages) - 1) + [True]
    assert pages[-1].items == ()


def test_items_are_read_by_what_the_file_says_of_items(pager_of: TotalPager) -> None:
    """Their id and their text, wherever they stand."""
    first = next(pager_of(newest(1, 9)).walk(ASKED))
    assert [(each.id, each.text, each.record) for each in first.items] == [(1, "note 1", item(1))]


def test_a_cursor_that_goes_in_circles_ends(pager_of: TotalPager) -> None:
    """A server that ignores the cursor gives its first page for ever."""
    assert ids(pager_of(lambda _limit, _before: [item(2), item(1)])) == [2, 1, 2, 1]


def test_a_page_that_others_pushed_down_is_not_the_end(pager_of: TotalPager) -> None:
    """By offset, as many records added as a page holds show that page again, and more behind it."""
    total = iter(range(2 * ASKED, 9 * ASKED, ASKED))

    def page(limit: int, offset: str | None) -> list[Any]:
        first = next(total) - int(offset or 0)
        return [item(n) for n in range(first, first - limit, -1)]

    pages = list(pager_of(page, before="", offset="before").walk(ASKED))
    assert [[each.id for each in page.items] for page in pages] == [[10, 9, 8, 7, 6], []]
    assert not any(page.is_end for page in pages)


def test_a_list_without_an_end_is_walked_as_far_as_wanted(pager_of: TotalPager) -> None:
    """Every page has something new."""
    endless = newest(10**9, 1)
    assert len(ids(pager_of(endless), pages=4)) == 4
    assert len(pager_of(endless).first(3)) == 3


def test_a_list_without_a_cursor_is_its_first_page(pager_of: TotalPager) -> None:
    """Nobody can say whether there is more."""
    (page,) = pager_of(newest(9, 2), before="").walk(ASKED)
    assert [each.id for each in page.items] == [9, 8]
    assert not page.is_end


def test_the_first_items_are_gathered_from_small_pages(pager_of: TotalPager) -> None:
    """And no more of them than were asked for."""
    assert pager_of(newest(9, 2)).first(3) == [9, 8, 7]
    assert pager_of(newest(2, 1)).first(3) == [2, 1]


def test_many_items_are_asked_for_in_pages_of_the_servers_own_size(pager_of: TotalPager) -> None:
    """A server may refuse a page that is larger than those that it gives."""
    asked: list[int] = []

    def page(limit: int, before: str | None) -> Any:
        asked.append(limit)
        return newest(9, 9)(limit, before)

    assert pager_of(page).first(1000) == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert set(asked) == {3}


def test_a_page_that_fails_ends_the_walk_with_its_status(pager_of: TotalPager) -> None:
    """What it held is not taken for records."""
    (page,) = pager_of(newest(3, 3), status=500).walk(ASKED)
    assert (page.status, page.items, page.is_end) == (500, (), False)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ([{"words": "x"}], "an item of the list holds nothing at '/note/id'"),
        (
            [{"note": {"id": None}, "words": "x"}],
            "an item of the list holds None at '/note/id', which is not a text or a number",
        ),
        ([{"note": {"id": 1}}], "an item of the list holds nothing at '/words'"),
        ([3], "an item of the list holds nothing at '/note/id'"),
        ({"items": []}, "the list's answer holds no array at its top"),
        ("text", "the list's answer holds no array at its top"),
    ],
)
def test_what_a_page_lacks_is_told_with_the_answer(
    pager_of: TotalPager, page: Any, said: str
) -> None:
    """Never a KeyError."""
    with pytest.raises(UnusableAnswer) as caught:
        ids(pager_of(lambda _limit, _before: page))
    assert caught.value.summary == said
    assert caught.value.evidence[0].startswith("curl ")


def test_an_array_that_is_not_where_the_file_says(pager_of: TotalPager) -> None:
    """The pointer stands in the line."""
    with pytest.raises(UnusableAnswer, match="the answer holds nothing at '/data'"):
        ids(pager_of(lambda _limit, _before: {"items": []}, items="/data"))


def test_a_next_page_that_is_no_url_is_told_with_the_answer(pager_of: TotalPager) -> None:
    """What the service sent is at fault, not the harness."""
    page = {"items": [item(1)], "next": "http://[oops"}
    pager = pager_of(lambda _limit, _before: page, items="/items", next="/next", before="")
    with pytest.raises(UnusableAnswer, match=r"'http://\[oops' is not a valid URL"):
        ids(pager)


@pytest.mark.parametrize(
    ("page", "unnamed"),
    [
        ({"items": [item(each) for each in range(ASKED)]}, "/next"),
        ({"items": [item(each) for each in range(ASKED)], "next": None}, ""),
        ({"items": [item(each) for each in range(ASKED - 1)]}, ""),
    ],
)
def test_a_full_first_page_that_names_no_next_one_may_not_be_all(
    pager_of: TotalPager, page: dict[str, Any], unnamed: str
) -> None:
    """One that is not full, or says that there is none, is the end."""
    pager = pager_of(lambda _limit, _before: page, items="/items", next="/next", before="")
    (only,) = pager.walk(ASKED)
    assert (only.is_end, only.unnamed) == (True, unnamed)


def test_a_last_page_may_leave_next_out(pager_of: TotalPager) -> None:
    """It was there before."""
    pages = {None: {"items": [item(1)], "next": "a"}, "a": {"items": [item(2)]}}
    pager = pager_of(
        lambda _, cursor: pages[cursor], items="/items", next="/next", before="", cursor="before"
    )
    assert [each.unnamed for each in pager.walk(1)] == ["", ""]

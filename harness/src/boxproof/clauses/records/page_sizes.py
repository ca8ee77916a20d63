"""Pages of every size."""

from typing import Any

from boxproof.clauses.documented_limits import largest_number
from boxproof.clauses.history_checks import listed
from boxproof.clauses.records.lists import has_limit, has_list
from boxproof.clauses.registry import clause
from boxproof.clauses.schema.openapi_document import operation_of
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.pager import Pager
from boxproof.probes.record_store import RecordStore

RECORDS = 7
#: Sizes beyond the number of new records, too.
SIZES = range(1, RECORDS + 2)


@clause(
    "records.pages-of-each-size",
    Level.MUST,
    "Pages of any size up to the limit MUST neither overlap nor leave a record out, nor hold more "
    "than was asked for.",
    promised=lambda config: listed(config) and has_list(config) and has_limit(config),
    effect=Effect.WRITES,
    follows=("records.newest-first", "records.limit-honoured", "records.pages-complete"),
    each_kind=True,
)
def pages_of_each_size(records: RecordStore, config: Config, shapes: Shapes) -> None:
    pager = records.pager
    assert pager is not None
    made = [records.create().id for _ in range(RECORDS)][::-1]
    for size in SIZES:
        # A server's own pages may be smaller.
        own = [each for each in _walked(pager, size, RECORDS, made) if each in made]
        told = f"pages of {size} do not hold the latest records once each, newest first"
        require(own == made, told, [f"made, the newest first: {made}", f"the pages hold: {own}"])
    document, listing = shapes.document, pager.listing
    operation = operation_of(listing, config, document, records.client.endpoint())
    most = largest_number(document, operation, listing.limit)
    if most is not None:
        _walked(pager, most, 2, None)


def _walked(pager: Pager, size: int, pages: int, wanted: list[Any] | None) -> list[Any]:
    """The ids on the first pages of a size, in their order, until all that are wanted were met."""
    seen: list[Any] = []
    name = pager.listing.limit
    for page in pager.walk(size, pages):
        if page.unnamed and size < RECORDS:
            why = f"the list ended with its first page of {size}: nothing at {page.unnamed!r}"
            raise NotJudged(why, Cause.UNDECIDED)
        require(page.status == 200, f"a page of the list with {name}={size} returned {page.status}")
        ids = [each.id for each in page.items]
        require(len(ids) <= size, f"{name}={size} gave {len(ids)} records", [f"they are: {ids}"])
        twice = [each for each in ids if each in seen]
        told = f"pages with {name}={size} hold a record twice: {twice}"
        # Where records that are added move others on, a page begins with some of the last one.
        require(not twice or not pager.listing.is_stable, told, [f"then came the page {ids}"])
        seen += ids
        if wanted is not None and all(each in seen for each in wanted):
            break
    return seen

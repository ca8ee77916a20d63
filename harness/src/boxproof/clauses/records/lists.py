"""The list of records."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.record_store import RecordStore

RECORDS = 3


def has_list(config: Config) -> bool:
    """Whether ``boxproof.toml`` describes a list that begins with the newest."""
    kind = config.record
    return kind is not None and kind.list is not None and kind.list.order == "newest"


def has_limit(config: Config) -> bool:
    """Whether it says how the list is asked for so many records."""
    kind = config.record
    return kind is not None and kind.list is not None and bool(kind.list.limit)


@clause(
    "records.newest-first",
    Level.MUST,
    "The list MUST give the latest records, newest first.",
    promised=has_list,
    effect=Effect.WRITES,
    each_kind=True,
)
def newest_first(records: RecordStore) -> None:
    made = [records.create().id for _ in range(RECORDS)]
    seen = records.list(RECORDS)
    require(
        seen == made[::-1],
        "the list does not begin with the latest records, newest first",
        [f"made, in this order: {made}", f"the list begins with: {seen}"],
    )


@clause(
    "records.limit-honoured",
    Level.MUST,
    "The list MUST give as many records as it was asked for where there are so many.",
    promised=has_limit,
    effect=Effect.WRITES,
    each_kind=True,
)
def limit_honoured(records: RecordStore) -> None:
    pager = records.pager
    assert pager is not None
    made = [records.create().id for _ in range(RECORDS)]
    for limit in range(1, RECORDS):
        answer = pager.page(limit)
        seen = [each.id for each in pager.items(answer)]
        require(
            len(seen) == limit,
            f"{pager.listing.limit}={limit} gave {len(seen)} records",
            [f"made, in this order: {made}", *answer.evidence()],
        )

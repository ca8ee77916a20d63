"""The list of records."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.probes.operations import Operations

RECORDS = 3


def listed(config: Config) -> bool:
    """Whether ``boxproof.toml`` speaks of a list."""
    return config.operations.list is not None


@clause(
    "records.newest-first",
    Level.MUST,
    "The list MUST give the latest records, newest first.",
    promised=listed,
)
def newest_first(operations: Operations) -> None:
    made = [operations.create().id for _ in range(RECORDS)]
    seen = [operations.id_of(each) for each in operations.list()][:RECORDS]
    require(
        seen == made[::-1],
        "the list does not begin with the latest records, newest first",
        [f"made, in this order: {made}", f"the list begins with: {seen}"],
    )


@clause(
    "records.limit-honoured",
    Level.MUST,
    "The list MUST give as many records as it was asked for where there are so many.",
    promised=lambda config: (
        config.operations.list is not None and bool(config.operations.list.limit)
    ),
)
def limit_honoured(operations: Operations, config: Config) -> None:
    assert config.operations.list is not None
    made = [operations.create().id for _ in range(RECORDS)]
    for limit in range(1, RECORDS):
        seen = [
            operations.id_of(each)
            for each in operations.list(**{config.operations.list.limit: limit})
        ]
        require(
            len(seen) == limit,
            f"{config.operations.list.limit}={limit} gave {len(seen)} records",
            [f"made, in this order: {made}", f"the list: {seen}"],
        )

"""An update or a delete is of one record."""

from collections.abc import Sequence
from typing import Any

from boxproof.clauses.history_checks import readable
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.record_changes import ways_to_change
from boxproof.probes.record_store import RecordStore, difference


def changeable(config: Config) -> bool:
    """Whether ``boxproof.toml`` describes how records are changed and how they are read."""
    kind = config.record
    return readable(config) and kind is not None and bool(ways_to_change(kind))


@clause(
    "records.change-alone",
    Level.MUST,
    "An update or a delete MUST leave other records as they are.",
    promised=changeable,
    effect=Effect.WRITES,
    each_kind=True,
)
def change_alone(records: RecordStore) -> None:
    ways = ways_to_change(records.kind)
    older, *others, newer = (records.create() for _ in range(2 + len(ways)))
    before = {each: _read(records, each, ()) for each in (older.key, newer.key)}
    changes = [way(records, each) for way, each in zip(ways, others, strict=True)]
    done = [line for each in changes for line in each.answer.evidence()]
    for key, record in before.items():
        different = difference(record, _read(records, key, done))
        require(not different, f"a change of another record changed one at {different}", done)


def _read(records: RecordStore, key: Any, done: Sequence[str]) -> Any:
    """A record as it is read after what was done to others."""
    read = records.read(key)
    evidence = (*done, *read.evidence())
    after = "after a change of another" if done else "new"
    require(read.status == 200, f"reading a record ({after}) returned {read.status}", evidence)
    return records.record_in(read)

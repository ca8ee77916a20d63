"""What a read and a page cost when records have become many.

Whoever reads all records for one, or for a page, is fast on a developer's machine and slow after a
year. What is compared are two times of one machine, by their ratio.
"""

from collections.abc import Callable

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require_in_time
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.scenarios.grown_records import FEW, GrownRecords, Taken, Times

#: So many times as long it may take, and so much longer, of which a connection is a large part.
RATIO = 3.0
SLACK_SECONDS = 0.005
#: So often it may take longer, but for the last time.
TRIES = 3


def _promised(config: Config, table: str) -> bool:
    record = config.record
    if record is None or getattr(record, table) is None:
        return False
    return config.resources.many_records is not None


@clause(
    "resources.reads-stay-fast",
    Level.MUST,
    "A read of one record MUST NOT take longer with the number of records.",
    promised=lambda config: _promised(config, "read"),
    effect=Effect.DISTURBS,
    full=True,
)
def reads_stay_fast(grown_records: GrownRecords) -> None:
    _require_flat(grown_records, "a read", lambda times: times.read)


@clause(
    "resources.pages-stay-fast",
    Level.MUST,
    "The first page of a list MUST NOT take longer with the number of records.",
    promised=lambda config: _promised(config, "list"),
    effect=Effect.DISTURBS,
    full=True,
)
def pages_stay_fast(grown_records: GrownRecords) -> None:
    _require_flat(grown_records, "a page", lambda times: times.page)


def _require_flat(grown: GrownRecords, what: str, taken: Callable[[Times], Taken | None]) -> None:
    few = taken(grown.few)
    assert few is not None
    tried: list[Taken] = []
    while len(tried) < TRIES:
        many = taken(grown.times())
        assert many is not None
        if many.seconds <= RATIO * few.seconds + SLACK_SECONDS:
            return
        tried.append(many)
    fastest = min(each.seconds for each in tried)
    require_in_time(
        False,
        f"{what} took {few.seconds * 1000:.1f} ms after {FEW} records were made, and in {TRIES} "
        f"tries {fastest * 1000:.1f} ms or more after {grown.made}",
        [tried[-1].curl],
    )

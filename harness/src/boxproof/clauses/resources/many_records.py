"""What a read and a page cost when records have become many.

Whoever reads all records for one, or for a page, is fast on a developer's machine and slow after a
year. What is compared are two times of one machine, by their ratio.
"""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require_in_time
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.scenarios.grown_records import FEW, GrownRecords, Taken

#: So many times as long it may take, and so much longer, of which a connection is a large part.
RATIO = 3.0
SLACK_SECONDS = 0.005


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
    _require_flat(grown_records, "a read", grown_records.few.read, grown_records.times().read)


@clause(
    "resources.pages-stay-fast",
    Level.MUST,
    "The first page of a list MUST NOT take longer with the number of records.",
    promised=lambda config: _promised(config, "list"),
    effect=Effect.DISTURBS,
    full=True,
)
def pages_stay_fast(grown_records: GrownRecords) -> None:
    _require_flat(grown_records, "a page", grown_records.few.page, grown_records.times().page)


def _require_flat(grown: GrownRecords, what: str, few: Taken | None, many: Taken | None) -> None:
    assert few is not None
    assert many is not None
    require_in_time(
        many.seconds <= RATIO * few.seconds + SLACK_SECONDS,
        f"{what} took {few.seconds * 1000:.1f} ms after {FEW} records were made, and "
        f"{many.seconds * 1000:.1f} ms after {grown.made}",
        [many.curl],
    )

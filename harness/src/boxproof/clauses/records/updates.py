"""What was updated is there as it was updated."""

from boxproof.clauses.records.changes_done import require_done
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.pager import find_record
from boxproof.probes.record_changes import has_text, text_in, update
from boxproof.probes.record_store import RecordStore


def updatable(config: Config) -> bool:
    """Whether ``boxproof.toml`` describes an update, and how what it did is read."""
    kind = config.record
    return kind is not None and kind.read is not None and has_text(kind)


def update_listed(config: Config) -> bool:
    """Whether it describes an update, and a list that shows what it did."""
    kind = config.record
    return (
        kind is not None and kind.list is not None and has_text(kind) and kind.item_text is not None
    )


@clause(
    "records.update-readable",
    Level.MUST,
    "An acknowledged update MUST be read back as it was sent.",
    promised=updatable,
    effect=Effect.WRITES,
    each_kind=True,
)
def update_readable(records: RecordStore) -> None:
    changed = update(records, records.create())
    read = records.read(changed.created.key)
    record = records.record_in(read) if read.status == 200 else None
    undone = changed.undone(read.status, text_in(records, record))
    require_done(changed, undone, read.evidence())


@clause(
    "records.update-listed",
    Level.MUST,
    "A list MUST show an updated record as it was updated.",
    promised=update_listed,
    effect=Effect.WRITES,
    each_kind=True,
)
def update_shown(records: RecordStore) -> None:
    changed = update(records, records.create())
    found = find_record(records.pager, changed.created.id)
    if found is None:
        raise NotJudged("the list did not show the updated record at all", Cause.UNDECIDED)
    item, page = found
    told = f"the list shows an updated record with {item.text!r}, not {changed.text!r}"
    require_done(changed, "" if item.text == changed.text else told, page.evidence())

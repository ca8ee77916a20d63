"""What was deleted is gone."""

from boxproof.clauses.history_checks import readable
from boxproof.clauses.records.changes_done import require_done
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.pager import find_record
from boxproof.probes.record_changes import ask_to_delete, delete
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import new_id


def deletable(config: Config) -> bool:
    """Whether ``boxproof.toml`` describes how a record is deleted."""
    return config.record is not None and config.record.delete is not None


def delete_read(config: Config) -> bool:
    """Whether it describes as well how a record is read."""
    return deletable(config) and readable(config)


def delete_listed(config: Config) -> bool:
    """Whether it describes as well how records are listed."""
    return deletable(config) and config.record is not None and config.record.list is not None


@clause(
    "records.deleted-gone",
    Level.MUST,
    "Reading a deleted record MUST return 404 or 410 (RFC 9110, 15.5.5 and 15.5.11).",
    promised=delete_read,
    effect=Effect.WRITES,
    each_kind=True,
)
def deleted_gone(records: RecordStore) -> None:
    changed = delete(records, records.create())
    read = records.read(changed.created.key)
    require_done(changed, changed.undone(read.status, None), read.evidence())


@clause(
    "records.deleted-unlisted",
    Level.MUST,
    "No list MUST show a deleted record.",
    promised=delete_listed,
    effect=Effect.WRITES,
    each_kind=True,
)
def deleted_unlisted(records: RecordStore) -> None:
    created = records.create()
    if find_record(records.pager, created.id) is None:
        raise NotJudged("the list did not show the record before it was deleted", Cause.UNDECIDED)
    changed = delete(records, created)
    found = find_record(records.pager, created.id)
    if found is not None:
        require_done(changed, "the list shows a deleted record", found[1].evidence())


@clause(
    "records.delete-repeated",
    Level.MUST,
    "Deleting a record again, or one that never was, MUST be refused with 4xx or succeed as the "
    "first time.",
    promised=deletable,
    effect=Effect.WRITES,
    each_kind=True,
)
def delete_repeated(records: RecordStore) -> None:
    operation = records.kind.delete
    assert operation is not None
    changed = delete(records, records.create())
    never = new_id(records.work.valid)
    for what, key in {"again": changed.created.key, "that never was": never}.items():
        answer = ask_to_delete(records, key)
        require(
            400 <= answer.status < 500 or operation.is_success(answer.status),
            f"deleting a record {what} returned {answer.status}, not 4xx or {operation.expected}",
            (*changed.evidence(), *answer.evidence()),
        )

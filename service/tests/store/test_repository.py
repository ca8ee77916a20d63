"""The history: order, ids, durability and what happens when the database cannot."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import executed, put
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from gpt2_service.database_urls import DatabaseAddress
from gpt2_service.errors import StoreFullError, StoreUnavailableError
from gpt2_service.store.migrate import migrate
from gpt2_service.store.models import GenerationDetails
from gpt2_service.store.repository import Filter, History
from gpt2_service.store.sqlite import session


@pytest.fixture
def history(address: DatabaseAddress) -> Iterator[History]:
    migrate(address)
    history = History(address)
    yield history
    history.close()


def test_a_record_is_committed_when_add_returns(history: History, address: DatabaseAddress) -> None:
    """Another connection sees it."""
    record = history.add("prompt \U0001f600", "text", "model")
    rows = executed(address, "SELECT id, prompt FROM generations")
    assert rows == [(record.id, "prompt \U0001f600")]


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[1mbold\x1b[0m", "\x1b0\x00e\x1b\x1be\x000"])
def test_every_text_comes_back_as_it_was(history: History, text: str) -> None:
    """Also with what PostgreSQL's texts cannot hold, and with what stands for it there."""
    further = {"generated_text": text}
    details = GenerationDetails(1, 1, 1, "stop", {"stop": [text]}, [further], "fp")
    stored = history.add(text, text, text, details=details)
    (found,) = history.page(1, wanted=Filter(model=text))
    assert (found.id, found.prompt, found.generated_text) == (stored.id, text, text)
    assert (found.parameters, found.further_choices) == (
        details.parameters,
        details.further_choices,
    )


def test_an_account_comes_back_with_its_record(history: History) -> None:
    """Choices in order, tokens of all of them."""
    further = {"generated_text": "p two", "completion_tokens": 5, "finish_reason": "stop"}
    details = GenerationDetails(7, 3, 4, "length", {"n": 2, "stop": ["é"]}, [further], "fp")
    added = history.add("p", "p one", "model", "an-id", details)
    found = history.get(added.id)
    assert found is not None
    assert found.fingerprint == "fp"
    assert found.usage == {"prompt_tokens": 3, "completion_tokens": 9, "total_tokens": 12}
    assert found.choices == [
        {"index": 0, "generated_text": "p one", "finish_reason": "length"},
        {"index": 1, "generated_text": "p two", "finish_reason": "stop"},
    ]
    assert (found.seed, found.parameters) == (7, {"n": 2, "stop": ["é"]})


def test_every_commit_is_synced(database: Path) -> None:
    """WAL with synchronous=FULL (2): a power cut loses nothing that was answered."""
    migrate(database)
    with closing(session.connect(database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (5000,)


def test_the_id_of_a_deleted_record_is_not_used_again(history: History) -> None:
    """Not even that of the newest."""
    newest = history.add("one", "text", "model").id
    assert history.delete(newest)
    assert history.add("two", "text", "model").id == newest + 1


def test_a_record_is_deleted_once(history: History, address: DatabaseAddress) -> None:
    """That one alone, and another connection sees it."""
    kept, deleted = (history.add("p", "t", "m").id for _ in range(2))
    assert history.delete(deleted)
    assert executed(address, "SELECT id FROM generations") == [(kept,)]
    assert history.get(deleted) is None
    assert not history.delete(deleted)


def test_what_is_deleted_is_overwritten(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once SQLite's log is back in the file, the text is in neither, however SQLite was built."""
    connect = sqlite3.connect

    def connect_as_most_builds_do(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_as_most_builds_do)
    migrate(database)
    history = History(database)
    history.add("kept " * 9, "t", "m")
    record = history.add("a private prompt " * 900, "t", "m")

    def on_the_disk(text: bytes) -> bool:
        history.close()  # The last connection writes the log back into the file.
        assert not database.with_name(f"{database.name}-wal").exists()
        return text in database.read_bytes()

    assert on_the_disk(b"private prompt")
    assert history.delete(record.id)
    assert not on_the_disk(b"private prompt")
    assert on_the_disk(b"kept")


def test_writers_wait_for_each_other(history: History, address: DatabaseAddress) -> None:
    """Two sets of connections, as two workers have them."""
    second = History(address)
    with closing(second), ThreadPoolExecutor(8) as threads:
        writers = [history, second] * 50
        ids = list(threads.map(lambda writer: writer.add("p", "t", "m").id, writers))
    assert sorted(ids) == list(range(1, 101))


def test_an_owner_finds_its_own_records_alone(history: History) -> None:
    """In reads, lists, filters and deletes; what has no owner is for calls without one."""
    owners = ("alice", None, "bob", "alice")
    for owner in owners:
        history.add("p", "t", "m", owner=owner)
    for owner, own in (("alice", [4, 1]), ("bob", [3]), (None, [2]), ("nobody", [])):
        found = [history.get(record_id, owner) for record_id in (4, 3, 2, 1)]
        assert [record.id for record in found if record is not None] == own
        for wanted in (Filter(), Filter(model="m"), Filter(created_from=MORNING)):
            assert [record.id for record in history.page(9, None, wanted, owner)] == own
            assert [record.id for record in history.page(9, 9, wanted, owner)] == own
            assert [record.id for record in history.page(9, 4, wanted, owner)] == [
                record_id for record_id in own if record_id < 4
            ]
    assert not history.delete(4, "bob")
    assert not history.delete(4)
    assert history.delete(4, "alice")
    assert not history.delete(2, "alice")
    assert history.delete(2)


def test_a_replaced_file_is_noticed(history: History, database: Path) -> None:
    """Open connections to the old file are given up."""
    history.add("old", "t", "m")
    for path in database.parent.glob(f"{database.name}*"):
        path.rename(path.with_name(f"old-{path.name}"))
    migrate(database)
    assert history.page(10) == []
    assert history.add("new", "t", "m").id == 1
    assert history.failure() is None


def test_a_lost_file_is_no_empty_database(history: History, database: Path) -> None:
    """It is an error, and the file is not made again."""
    history.add("p", "t", "m")
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
    with pytest.raises(StoreUnavailableError, match="cannot be opened"):
        history.page(10)
    assert history.failure() == "unable to open database file"
    assert not database.exists()


def test_a_locked_database_is_unavailable(
    history: History, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the busy timeout; reading goes on meanwhile."""
    monkeypatch.setattr(session, "BUSY_TIMEOUT_SECONDS", 0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="locked"):
            history.add("p", "t", "m")
        with pytest.raises(StoreUnavailableError, match="locked"):
            history.delete(1)
        assert history.page(10) == []
        assert history.failure() is None


@pytest.mark.usefixtures("database")
def test_a_full_database_has_a_status_of_its_own(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's page limit stands for the disk's end."""
    connect = session.connect

    def connect_to_a_full_disk(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(session, "connect", connect_to_a_full_disk)
    with pytest.raises(StoreFullError):
        history.add("p" * 10_000, "t", "m")


def test_a_damaged_database_is_unavailable(history: History, database: Path) -> None:
    """And health says so."""
    history.close()
    database.write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreUnavailableError, match="damaged"):
        history.page(10)
    assert history.failure() == "file is not a database"


def test_an_error_holds_no_prompt(history: History, address: DatabaseAddress) -> None:
    """An unexpected one goes to the log as it is."""
    executed(address, "ALTER TABLE generations RENAME TO elsewhere")
    with pytest.raises(DBAPIError) as caught:
        history.add("a private prompt", "t", "m")
    assert "private" not in str(caught.value)


MORNING = datetime(2026, 1, 31, 6, tzinfo=UTC)
# Model and hour of every record, in the order of ids: the clock was set back once.
STORED = [("a", 0), ("b", 1), ("a", 2), ("a", 2), ("a", 2), ("a", 1), ("b", 3), ("a", 4)]
FILTERS = [
    Filter(model="a"),
    Filter(model="c"),
    Filter(created_from=MORNING + timedelta(hours=2)),
    Filter(created_to=MORNING + timedelta(hours=2)),
    Filter(created_to=MORNING + timedelta(hours=9)),
    Filter("a", MORNING + timedelta(hours=1), MORNING + timedelta(hours=4)),
    Filter(created_from=MORNING, created_to=MORNING),
]


@pytest.fixture
def stored(history: History, address: DatabaseAddress) -> History:
    put(
        address,
        [
            {"model_name": model, "created_at": MORNING + timedelta(hours=hour)}
            for model, hour in STORED
        ],
    )
    return history


def matching(wanted: Filter) -> list[int]:
    """The ids that a filter keeps, latest first, found the plain way."""
    rows = [(MORNING + timedelta(hours=hour), number) for number, (_, hour) in enumerate(STORED, 1)]
    return [
        number
        for at, number in sorted(rows, reverse=True)
        if wanted.model in (None, STORED[number - 1][0])
        and (wanted.created_from is None or at >= wanted.created_from)
        and (wanted.created_to is None or at < wanted.created_to)
    ]


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_a_filter_hold_every_match_once(
    stored: History, wanted: Filter, limit: int
) -> None:
    """Latest first, also where several records are of one moment and where ids are out of order."""
    found: list[int] = []
    # One page more than there can be, which is empty.
    for _ in range(len(STORED) + 1):
        page = stored.page(limit, found[-1] if found else None, wanted)
        found += [record.id for record in page]
    assert found == matching(wanted)


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("before", range(1, len(STORED) + 3))
def test_any_id_is_a_cursor_of_a_filter(
    stored: History, address: DatabaseAddress, wanted: Filter, before: int
) -> None:
    """Of a record that the filter does not keep; one that is gone; one that is still to come."""
    everything = matching(Filter())
    nearest = min(before, len(STORED))
    later = everything[: everything.index(nearest) + (nearest == before)]
    expected = [number for number in matching(wanted) if number not in later]
    assert [record.id for record in stored.page(100, before, wanted)] == expected
    executed(address, "DELETE FROM generations")
    assert stored.page(100, before, wanted) == []


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("wanted", [Filter(), *FILTERS])
@pytest.mark.parametrize("before", [None, 4])
@pytest.mark.parametrize("owner", [None, "alice"])
def test_a_page_walks_an_index(
    stored: History, wanted: Filter, before: int | None, owner: str | None
) -> None:
    """No sorting and no scan, so its cost does not grow with the history."""
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        del cursor
        if statement.startswith("SELECT"):
            raw = connection.connection.cursor()
            rows = raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in rows)

    event.listen(stored._engine, "before_cursor_execute", explain)
    stored.page(3, before, wanted, owner)
    assert plans
    for plan in plans:
        assert plan.startswith("SEARCH generations USING INDEX ix_generations_owner")
        assert "(owner=?" in plan


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("owner", [None, "alice"])
def test_a_batch_to_delete_is_found_by_an_index(
    stored: History, wanted: Filter, owner: str | None
) -> None:
    """As a page is: others wait no longer where the history is longer."""
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        del cursor
        if statement.startswith("DELETE"):
            raw = connection.connection.cursor()
            rows = raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in rows)

    event.listen(stored._engine, "before_cursor_execute", explain)
    stored.delete_batch(wanted, owner)
    assert [each for each in plans if "INDEX ix_generations_owner" in each and "(owner=?" in each]
    assert not [each for each in plans if each.startswith("SCAN") or "TEMP B-TREE" in each]

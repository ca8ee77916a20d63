"""What the history keeps no longer."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gpt2_service.store import retention
from gpt2_service.store.migrate import migrate
from gpt2_service.store.repository import History
from gpt2_service.store.retention import Retention, alone

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def history(database: Path) -> Iterator[History]:
    """Ten records, the first ten days old, the last one day, of three owners."""
    migrate(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(
            "INSERT INTO generations (prompt, generated_text, model_name, created_at, owner)"
            " VALUES ('p', 't', 'm', ?, ?)",
            [
                (f"{NOW - timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}", (None, "a", "b")[days % 3])
                for days in range(10, 0, -1)
            ],
        )
    history = History(database)
    yield history
    history.close()


def left(database: Path) -> list[int]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM generations ORDER BY id")]


def expire(history: History, kept: Retention) -> int:
    return sum(iter(lambda: history.expire(kept, NOW), 0))


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (Retention(), range(1, 11)),
        (Retention(max_days=10), range(1, 11)),
        (Retention(max_days=4), range(7, 11)),
        (Retention(max_records=10), range(1, 11)),
        (Retention(max_records=11), range(1, 11)),
        (Retention(max_records=3), range(8, 11)),
        (Retention(max_days=4, max_records=2), range(9, 11)),
        (Retention(max_days=2, max_records=9), range(9, 11)),
    ],
)
@pytest.mark.parametrize("batch", [1, 3, 100])
def test_what_is_beyond_a_limit_goes(
    history: History,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    kept: Retention,
    expected: range,
    batch: int,
) -> None:
    """The oldest first, whoever's they are; what is as old as the limit stays."""
    monkeypatch.setattr(retention, "BATCH_RECORDS", batch)
    assert expire(history, kept) == 10 - len(expected)
    assert left(database) == list(expected)


@pytest.mark.parametrize("kept", [Retention(max_days=1), Retention(max_records=1)])
def test_a_batch_is_bounded(
    history: History, database: Path, monkeypatch: pytest.MonkeyPatch, kept: Retention
) -> None:
    """Writers wait for no more than one."""
    monkeypatch.setattr(retention, "BATCH_RECORDS", 2)
    assert history.expire(kept, NOW) == 2
    assert left(database) == list(range(3, 11))


def test_one_at_a_time(database: Path) -> None:
    """Until it is left; another database has nothing to do with it."""
    with alone(database) as first, alone(database) as second:
        assert (first, second) == (True, False)
        with alone(database.with_name("another.db")) as other:
            assert other
    with alone(database) as again:
        assert again

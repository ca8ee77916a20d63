"""What the history keeps no longer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from databases import executed, put

from gpt2_service.database_urls import DatabaseAddress
from gpt2_service.store import retention
from gpt2_service.store.migrate import migrate
from gpt2_service.store.repository import History
from gpt2_service.store.retention import Retention

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def history(address: DatabaseAddress) -> Iterator[History]:
    """Ten records, the first ten days old, the last one day, of three owners."""
    migrate(address)
    put(
        address,
        [
            {"created_at": NOW - timedelta(days=days), "owner": (None, "a", "b")[days % 3]}
            for days in range(10, 0, -1)
        ],
    )
    history = History(address)
    yield history
    history.close()


def left(address: DatabaseAddress) -> list[int]:
    return [number for (number,) in executed(address, "SELECT id FROM generations ORDER BY id")]


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
    address: DatabaseAddress,
    monkeypatch: pytest.MonkeyPatch,
    kept: Retention,
    expected: range,
    batch: int,
) -> None:
    """The oldest first, whoever's they are; what is as old as the limit stays."""
    monkeypatch.setattr(retention, "BATCH_RECORDS", batch)
    assert expire(history, kept) == 10 - len(expected)
    assert left(address) == list(expected)


@pytest.mark.parametrize("kept", [Retention(max_days=1), Retention(max_records=1)])
def test_a_batch_is_bounded(
    history: History, address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, kept: Retention
) -> None:
    """Writers wait for no more than one."""
    monkeypatch.setattr(retention, "BATCH_RECORDS", 2)
    assert history.expire(kept, NOW) == 2
    assert left(address) == list(range(3, 11))


def test_one_at_a_time(history: History, address: DatabaseAddress) -> None:
    """Until it is left."""
    other = History(address)
    with history.alone() as first, other.alone() as second:
        assert (first, second) == (True, False)
    with other.alone() as again:
        assert again
    other.close()

"""The task that keeps the history within its limits."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anyio import CapacityLimiter
from starlette.testclient import TestClient

from gpt2_service import expiry
from gpt2_service.app import create_app
from gpt2_service.database_urls import DatabaseAddress
from gpt2_service.engine.scripted import ScriptedModel
from gpt2_service.errors import StoreUnavailableError
from gpt2_service.expiry import Expiry
from gpt2_service.settings import Settings
from gpt2_service.store.migrate import migrate
from gpt2_service.store.repository import History
from gpt2_service.store.retention import Retention

PATIENCE_SECONDS = 30


@pytest.fixture
def history(address: DatabaseAddress) -> Iterator[History]:
    migrate(address)
    history = History(address)
    for _ in range(5):
        history.add("p", "t", "m")
    yield history
    history.close()


def once(history: History, kept: Retention, now: datetime) -> int:
    async def run() -> int:
        return await Expiry(history, kept, CapacityLimiter(1)).once(now)

    return asyncio.run(run())


def test_everything_beyond_the_limits_goes(history: History) -> None:
    """Batch by batch, until nothing is left to delete."""
    now = datetime.now(UTC)
    assert once(history, Retention(max_records=3), now) == 2
    assert once(history, Retention(max_days=1), now) == 0
    assert once(history, Retention(max_days=1), now + timedelta(days=2)) == 3
    assert history.page(9) == []


def test_a_worker_leaves_it_to_the_one_that_is_at_it(history: History) -> None:
    """And deletes nothing itself."""
    with history.alone():
        assert once(history, Retention(max_records=1), datetime.now(UTC)) == 0
    assert len(history.page(9)) == 5


def test_others_write_between_two_batches(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they store stays."""
    monkeypatch.setattr(expiry, "PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("gpt2_service.store.retention.BATCH_RECORDS", 1)
    expire = History.expire
    added: list[int] = []

    def expire_and_write(self: History, kept: Retention, now: datetime) -> int:
        deleted = expire(self, kept, now)
        if len(added) < 2:
            added.append(self.add("new", "t", "m").id)
        return deleted

    monkeypatch.setattr(History, "expire", expire_and_write)
    assert once(history, Retention(max_records=2), datetime.now(UTC)) == 5
    assert [record.id for record in history.page(9)] == added[::-1]


def test_it_goes_on_after_a_failure_until_it_ends(
    history: History, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that cannot be written now can be later; the log says what was wrong."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(expiry, "EVERY_SECONDS", 0.001)
    failures = iter([StoreUnavailableError("locked"), ZeroDivisionError("a fault")])
    expire = History.expire

    async def run() -> None:
        task = Expiry(history, Retention(max_records=1), CapacityLimiter(1))
        loop = asyncio.get_running_loop()

        def fail_then_expire(self: History, kept: Retention, now: datetime) -> int:
            for error in failures:
                raise error
            deleted = expire(self, kept, now)
            if not deleted:
                loop.call_soon_threadsafe(task.end)
            return deleted

        monkeypatch.setattr(History, "expire", fail_then_expire)
        await asyncio.wait_for(task.run(), PATIENCE_SECONDS)

    asyncio.run(run())
    assert [record.id for record in history.page(9)] == [5]
    assert "locked" in str([entry.__dict__.get("fields") for entry in caplog.records])
    assert "a fault" in caplog.text
    assert "deleted old records" in caplog.text


def test_an_application_keeps_to_its_settings(
    settings: Settings, address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its start to its end."""
    migrate(address)
    limited = replace(settings, history_max_days=7, history_max_records=1000)
    asked: list[Any] = []

    async def run(self: Expiry) -> None:
        asked.append(self._kept)
        await self._ending.wait()
        asked.append("ended")

    monkeypatch.setattr(Expiry, "run", run)
    with TestClient(create_app(limited, ScriptedModel())) as client:
        assert client.get("/health").status_code == 200
        assert asked == [Retention(7, 1000)]
    assert asked[1:] == ["ended"]


def test_without_limits_there_is_nothing_to_do(history: History) -> None:
    """The task ends at once."""
    task = Expiry(history, Retention(), CapacityLimiter(1))
    asyncio.run(asyncio.wait_for(task.run(), PATIENCE_SECONDS))
    assert len(history.page(9)) == 5

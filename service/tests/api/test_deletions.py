"""DELETE /history: many records at once."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from serving import ClientFactory
from sqlalchemy import create_engine, insert
from starlette.testclient import TestClient

from gpt2_service.api import deletions
from gpt2_service.api.deletions import MAX_BATCHES, delete_in_batches
from gpt2_service.errors import ServiceStoppingError
from gpt2_service.key_entries import parse_keys
from gpt2_service.store.models import Generation
from gpt2_service.store.repository import Filter, History
from gpt2_service.store.retention import BATCH_RECORDS

Records = list[dict[str, Any]]

ALICE, BOB = {"X-API-Key": "alices-key"}, {"X-API-Key": "bobs-key"}
KEYS = parse_keys("alice=alices-key,bob=bobs-key")
LATER = "2999-01-01T00:00:00Z"


def ids(client: TestClient, **headers: str) -> list[int]:
    page = client.get("/history?limit=100", headers=headers).json()
    return [record["id"] for record in page["items"]]


def fill(database: Path, count: int, owner: str | None = None) -> None:
    """Store so many records, each a second younger than the one before."""
    first = datetime(2020, 1, 1, tzinfo=UTC)
    texts = {"prompt": "p", "generated_text": "t", "model_name": "m", "owner": owner}
    moments = (first + timedelta(seconds=number) for number in range(count))
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(insert(Generation), [{**texts, "created_at": each} for each in moments])
    engine.dispose()


def test_what_matches_all_of_the_filter_goes(client: TestClient, records: Records) -> None:
    """The start of a span belongs to it, its end does not; the others stay as they were."""
    second, fourth = records[1]["created_at"], records[3]["created_at"]
    for query, left in (
        ({"created_to": LATER, "model": "other"}, [5, 4, 3, 2, 1]),
        ({"created_to": second, "created_from": fourth}, [5, 4, 3, 2, 1]),
        ({"created_to": fourth, "created_from": second, "model": "scripted"}, [5, 4, 1]),
        ({"created_to": fourth}, [5, 4]),
        ({"created_to": LATER}, []),
        ({"created_to": LATER}, []),
    ):
        before = ids(client)
        response = client.delete("/history", params=query)
        expected = {"deleted": len(before) - len(left), "complete": True}
        assert (response.status_code, response.json()) == (200, expected)
        assert ids(client) == left
    assert client.get("/history/1").status_code == 404
    assert client.post("/generate", json={"prompt": "x"}).json()["id"] == 6


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", "created_to"),
        ("model=scripted", "created_to"),
        (f"created_from={LATER}", "created_to"),
        ("created_to=", "created_to"),
        ("created_to=2026-01-31", "created_to"),
        (f"created_to={LATER}&model=", "model"),
        # What is no filter, or mistyped, would delete more than was meant.
        (f"created_to={LATER}&before=2", "before"),
        (f"created_to={LATER}&modle=other", "modle"),
    ],
)
def test_a_filter_that_is_missing_or_wrong_deletes_nothing(
    client: TestClient, records: Records, query: str, wrong: str
) -> None:
    """422, which names it."""
    response = client.delete(f"/history?{query}")
    assert response.status_code == 422
    assert [each["loc"] for each in response.json()["detail"]] == [["query", wrong]]
    assert len(ids(client)) == len(records)


def test_only_the_callers_own_records_go(make_client: ClientFactory, database: Path) -> None:
    """Neither those of other labels nor what nobody owns."""
    client = make_client(api_keys=KEYS)
    for owner in ("alice", "bob", None):
        fill(database, 3, owner)
    assert client.delete(f"/history?created_to={LATER}").status_code == 401
    response = client.delete(f"/history?created_to={LATER}", headers=ALICE)
    assert response.json() == {"deleted": 3, "complete": True}
    assert ids(client, **ALICE) == []
    assert ids(client, **BOB) == [6, 5, 4]
    assert ids(make_client()) == [9, 8, 7]


def test_a_long_history_goes_in_batches(
    client: TestClient, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest first; others write between two of them, and what they store stays."""
    monkeypatch.setattr(deletions, "PAUSE_SECONDS", 0)
    fill(database, 2 * BATCH_RECORDS + 50)
    delete_batch = History.delete_batch
    batches: list[int] = []

    def delete_and_write(self: History, wanted: Filter, owner: str | None) -> int:
        self.add("new", "t", "m")
        batches.append(delete_batch(self, wanted, owner))
        return batches[-1]

    monkeypatch.setattr(History, "delete_batch", delete_and_write)
    span = "created_from=2020-01-01T00:00:10Z&created_to=2020-01-01T00:04:00Z"
    response = client.delete(f"/history?{span}")
    assert response.json() == {"deleted": 230, "complete": True}
    assert batches == [BATCH_RECORDS, BATCH_RECORDS, 30]
    assert ids(client) == [253, 252, 251, *range(250, 240, -1), *range(10, 0, -1)]


def test_a_batch_is_of_the_oldest(client: TestClient, database: Path) -> None:
    """By their moment."""
    fill(database, BATCH_RECORDS + 2)
    store = History(database)
    assert store.delete_batch(Filter()) == BATCH_RECORDS
    store.close()
    assert ids(client) == [BATCH_RECORDS + 2, BATCH_RECORDS + 1]


def test_a_request_deletes_no_more_than_it_may(
    client: TestClient, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says that there is more: the same request goes on."""
    monkeypatch.setattr(deletions, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(deletions, "MAX_BATCHES", 2)
    assert MAX_BATCHES > 2
    fill(database, 2 * BATCH_RECORDS + 1)
    request = f"/history?created_to={LATER}"
    assert client.delete(request).json() == {"deleted": 2 * BATCH_RECORDS, "complete": False}
    assert client.delete(request).json() == {"deleted": 1, "complete": True}


def test_a_delete_that_cannot_be_written_is_503(client: TestClient, database: Path) -> None:
    """With the time after which to try again."""
    database.rename(database.with_suffix(".gone"))
    response = client.delete(f"/history?created_to={LATER}")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_a_worker_that_ends_begins_no_further_batch() -> None:
    """The one that is being deleted goes on to its end, as every write does."""
    begun: list[int] = []

    async def cancelled_and_finished_all_the_same() -> int:
        begun.append(len(begun))
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return BATCH_RECORDS

    with pytest.raises(ServiceStoppingError):
        asyncio.run(delete_in_batches(cancelled_and_finished_all_the_same))
    assert begun == [0]

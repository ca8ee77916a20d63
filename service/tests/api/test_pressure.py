"""POST /generate when there is more to do than can be done."""

import json
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any

import pytest
from models import HeldModel
from serving import ClientFactory
from starlette.testclient import TestClient

from gpt2_service.store.repository import History
from gpt2_service.store.sqlite.session import READ_CONNECTIONS


def fill(client: TestClient, threads: ThreadPoolExecutor, model: HeldModel) -> Future[Any]:
    """Send a request that holds the model in its first step."""
    running = threads.submit(client.post, "/generate", json={"prompt": "x"})
    assert model.started.wait(30)
    return running


def test_a_request_beyond_the_queue_is_429_at_once(make_client: ClientFactory) -> None:
    """With the time after which to try again, streamed or not; health answers meanwhile."""
    model = HeldModel()
    client = make_client(model, max_batch=1, max_queue=0)
    with ThreadPoolExecutor(1) as threads:
        running = fill(client, threads, model)
        try:
            for body in ({"prompt": "y"}, {"prompt": "y", "stream": True}):
                refused = client.post("/generate", json=body)
                assert refused.status_code == 429
                assert int(refused.headers["Retry-After"]) > 0
                assert refused.json() == {
                    "detail": "too many requests are waiting; try again later"
                }
            assert client.get("/health").status_code == 200
            assert client.get("/history").json()["items"] == []
            assert not running.done()
        finally:
            model.allow()
        assert running.result().status_code == 200
    assert client.post("/generate", json={"prompt": "y"}).status_code == 200


def test_a_record_is_stored_however_many_read(
    make_client: ClientFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow pages of the history hold back each other, and no text."""
    reading, over = Semaphore(0), Event()

    def page(*_: object) -> list[object]:
        reading.release()
        assert over.wait(30)
        return []

    monkeypatch.setattr(History, "page", page)
    client = make_client()
    with ThreadPoolExecutor(2 * READ_CONNECTIONS + 1) as threads:
        pages = [threads.submit(client.get, "/history") for _ in range(2 * READ_CONNECTIONS)]
        for _ in range(READ_CONNECTIONS):
            assert reading.acquire(timeout=30)
        try:
            stored = threads.submit(client.post, "/generate", json={"prompt": "x"})
            assert stored.result(30).status_code == 200
        finally:
            over.set()
        assert {each.result().status_code for each in pages} == {200}


def test_an_idle_worker_takes_whatever_the_schema_allows(make_client: ClientFactory) -> None:
    """Four texts go one after the other where only one has room."""
    client = make_client(max_batch=1, max_queue=0)
    answer = client.post("/generate", json={"prompt": "x", "n": 4})
    assert len(answer.json()["choices"]) == 4


@pytest.mark.parametrize(("ahead", "status"), [(0, 504), (1, 503)])
def test_an_overdue_request_says_whether_it_was_begun(
    make_client: ClientFactory, ahead: int, status: int
) -> None:
    """504 where the model had begun, 503 with Retry-After where the request still waited."""
    model = HeldModel()
    client = make_client(model, max_batch=1, request_timeout_seconds=1)
    with ThreadPoolExecutor(1) as threads:
        before = [fill(client, threads, model) for _ in range(ahead)]
        response = client.post("/generate", json={"prompt": "late"})
        model.allow()
        assert [one.result().status_code for one in before] == [504] * ahead
    assert response.status_code == status
    assert ("Retry-After" in response.headers) == (status == 503)
    assert response.json()["detail"].endswith("within 1 s")
    assert client.get("/history").json()["items"] == []
    assert client.post("/generate", json={"prompt": "next"}).status_code == 200


def test_every_call_is_a_line_with_its_wait_and_its_end(
    make_client: ClientFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when it did not end well."""
    caplog.set_level(logging.INFO)
    model = HeldModel()
    client = make_client(model, request_timeout_seconds=1)
    client.post("/generate", json={"prompt": "a private prompt"})
    model.allow()
    client.post("/generate", json={"prompt": "b", "n": 2, "max_length": 10})
    late, done = (
        record.__dict__["fields"] for record in caplog.records if record.message == "model call"
    )
    assert late["outcome"] == "generation did not finish within 1 s"
    assert late["completion_tokens"] == 0
    assert late["first_token_ms"] is None
    assert late["duration_ms"] > 500
    assert done["outcome"] == "finished"
    assert (done["choices"], done["prompt_tokens"], done["completion_tokens"]) == (2, 1, 18)
    assert 0 <= done["waited_ms"] <= done["first_token_ms"]
    assert "private" not in json.dumps([late, done])

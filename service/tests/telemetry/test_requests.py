"""What happens to every request: its id, its log line, and faults that nobody expected."""

import asyncio
import logging
import re

import pytest
from serving import ClientFactory
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from gpt2_service.store.repository import History
from gpt2_service.telemetry.metrics import Metrics
from gpt2_service.telemetry.requests import RequestTelemetry


@pytest.mark.parametrize("given", ["abc", "A-1._z", "x" * 64])
def test_a_well_formed_id_is_taken_over(client: TestClient, given: str) -> None:
    """So that one id follows a request through several services."""
    assert client.get("/", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "{}", "\xe9", "a\u0661"])
def test_any_other_id_is_replaced(client: TestClient, given: str) -> None:
    """What goes into the log and back must not be anything."""
    headers = {b"X-Request-ID": given.encode()}
    answered = client.get("/", headers=headers).headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", answered)


@pytest.mark.parametrize("path", ["/nothing", "/history/0", "/history/7", "/generate"])
def test_errors_carry_an_id_too(client: TestClient, path: str) -> None:
    """404, 422 and 405."""
    assert client.get(path, headers={"X-Request-ID": "mine"}).headers["X-Request-ID"] == "mine"


@pytest.mark.parametrize("path", ["/", "/health", "/nothing", "/history/0"])
def test_no_browser_guesses_what_an_answer_is(client: TestClient, path: str) -> None:
    """Of what users wrote it could make a page or a script, in an error as well."""
    assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"


def test_every_request_is_one_line_with_its_duration(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Without the query, which may hold anything."""
    caplog.set_level(logging.INFO, "gpt2_service.telemetry")
    client.get("/history?limit=0&secret=1")
    (record,) = [record for record in caplog.records if record.message == "request"]
    fields = record.__dict__["fields"]
    assert fields["duration_ms"] > 0
    assert fields["client"] == "testclient"
    assert "key_label" not in fields
    assert {key: fields[key] for key in ("method", "path", "status")} == {
        "method": "GET",
        "path": "/history",
        "status": 422,
    }


def test_a_request_is_counted_before_its_client_can_know() -> None:
    """Whoever asks for the metrics next finds it there, and SIGKILL cannot take it back."""
    metrics = Metrics()
    seen: list[str] = []

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        await send({"type": "http.response.body", "body": b"}"})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_message: Message) -> None:
        seen.append(metrics.exposition())

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(RequestTelemetry(answer, metrics)(scope, receive, send))
    counted = [text.count('status="200"} 1.0') for text in (*seen, metrics.exposition())]
    assert counted == [0, 0, 1, 1]


def test_an_unexpected_fault_is_500_without_internals(
    make_client: ClientFactory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Still with an id, still in the documented shape; the cause is in the log."""

    def fail(_history: History, _record_id: int, _owner: str | None) -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr(History, "get", fail)
    response = make_client().get("/history/1", headers={"X-Request-ID": "mine"})
    assert response.status_code == 500
    assert response.json() == {"detail": "internal error"}
    assert response.headers["X-Request-ID"] == "mine"
    assert "a secret of the inside" in caplog.text

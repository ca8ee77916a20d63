"""POST /generate with `stream`: events, and what happens when something goes wrong meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from events import events
from models import FailingModel, HeldModel
from serving import ClientFactory
from starlette.testclient import TestClient
from starlette.types import Message

from gpt2_service.api import streams
from gpt2_service.api.events import RecordShape
from gpt2_service.api.schemas import Record
from gpt2_service.api.streams import TextStream
from gpt2_service.engine.continuous import ContinuousEngine, Limits
from gpt2_service.engine.generation import Generation, GenerationResult
from gpt2_service.engine.requests import GenerationRequest
from gpt2_service.engine.scripted import ScriptedModel
from gpt2_service.errors import StoreFullError
from gpt2_service.store.repository import History

PATIENCE_SECONDS = 20


def stream(client: TestClient, **body: Any) -> list[tuple[str, dict[str, Any]]]:
    response = client.post("/generate", json={"prompt": "one two", "stream": True, **body})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-request-id"]
    return events(response.text)


def test_the_text_comes_in_pieces_and_then_as_a_record(client: TestClient) -> None:
    """Pieces of a choice put together are its continuation; the record is the stored one."""
    *tokens, (name, record) = stream(client, n=2, max_length=30)
    assert {name for name, _ in tokens} == {"token"}
    assert name == "record"
    for choice in record["choices"]:
        text = "".join(data["text"] for _, data in tokens if data["index"] == choice["index"])
        assert choice["generated_text"] == "one two" + text
    assert client.get(f"/history/{record['id']}").json() == record


def test_a_stream_is_the_same_text(client: TestClient) -> None:
    """As the answer without `stream`."""
    _, record = stream(client)[-1]
    answer = client.post("/generate", json={"prompt": "one two"}).json()
    assert record["generated_text"] == answer["generated_text"]


def test_a_prompt_that_fills_max_length_has_no_pieces(client: TestClient) -> None:
    """The record alone."""
    ((name, record),) = stream(client, prompt="word " * 20, max_length=10)
    assert name == "record"
    assert record["generated_text"] == "word " * 20


def test_what_is_wrong_before_the_first_byte_is_no_stream(client: TestClient) -> None:
    """The usual statuses and bodies."""
    for body, status in (({"prompt": "I hate it"}, 400), ({"prompt": ""}, 422)):
        response = client.post("/generate", json={**body, "stream": True})
        assert response.status_code == status
        assert response.headers["content-type"] == "application/json"


def test_a_stream_that_is_not_to_be_stored_is_not(client: TestClient) -> None:
    """It ends with what the record would have been, without an id."""
    *tokens, (name, record) = stream(client, store=False)
    assert tokens
    assert (name, record["id"], record["prompt"]) == ("record", None, "one two")
    assert client.get("/history").json()["items"] == []


def test_a_failing_model_ends_the_stream_with_an_error(make_client: ClientFactory) -> None:
    """It leaks no internals."""
    expected = {"status": 500, "detail": "internal error", "retry_after": None}
    assert stream(make_client(FailingModel())) == [("error", expected)]


def test_a_full_disk_ends_the_stream_with_an_error(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the text, for only then is there something to store."""

    def fail(*_: object) -> None:
        raise StoreFullError

    monkeypatch.setattr(History, "add", fail)
    *tokens, error = stream(client)
    assert tokens
    detail = "the history's disk is full"
    assert error == ("error", {"status": 507, "detail": detail, "retry_after": None})


def test_a_lost_database_ends_the_stream_with_an_error(client: TestClient, database: Path) -> None:
    """With the time after which to try again."""
    database.rename(database.with_suffix(".gone"))
    name, data = stream(client)[-1]
    assert (name, data["status"], data["retry_after"]) == ("error", 503, 5)


def test_an_unexpected_fault_ends_the_stream_with_an_error(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The cause is in the log."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr(History, "add", fail)
    assert stream(client)[-1][1]["detail"] == "internal error"
    assert "a secret of the inside" in caplog.text


class Wire:
    """A connection that a test holds: what was sent, and whether the client is there."""

    def __init__(self, on_body: Callable[[bytes], None] = lambda _body: None) -> None:
        self.sent: list[Message] = []
        self.gone = asyncio.Event()
        self._on_body = on_body

    @property
    def body(self) -> str:
        return b"".join(one.get("body", b"") for one in self.sent).decode()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        self._on_body(message.get("body", b""))


async def never(_result: GenerationResult) -> Record:
    raise AssertionError("nothing is to be stored")


def run(
    model: ScriptedModel,
    scenario: Callable[[ContinuousEngine, Generation], Awaitable[None]],
    limits: Limits | None = None,
) -> None:
    """Run a scenario with a request of an engine; it may not hang."""

    async def main() -> None:
        engine = ContinuousEngine(model, limits or Limits())
        await engine.start()
        generation = engine.submit(GenerationRequest("one two", 30))
        try:
            await asyncio.wait_for(scenario(engine, generation), PATIENCE_SECONDS)
        finally:
            if isinstance(model, HeldModel):
                model.allow()
            await engine.close()

    asyncio.run(main())


def test_a_silent_stream_has_a_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comment lines until the first token comes; they are no events."""
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.01)
    model = HeldModel()

    async def scenario(_engine: ContinuousEngine, generation: Generation) -> None:
        def hear(body: bytes) -> None:
            if body.startswith(b":"):
                model.allow()

        wire = Wire(hear)
        await TextStream(generation, never, RecordShape())({}, wire.receive, wire.send)
        assert ": still there\n\n" in wire.body
        assert next(name for name, _ in events(wire.body)) == "token"

    run(model, scenario)


def test_a_client_that_leaves_frees_its_slot() -> None:
    """Before the next step; nothing is stored, and the stream is not ended as if it were whole."""
    model = HeldModel()

    async def scenario(engine: ContinuousEngine, generation: Generation) -> None:
        wire = Wire(lambda body: wire.gone.set() if body else None)
        model.allow(1)
        await TextStream(generation, never, RecordShape())({}, wire.receive, wire.send)
        assert engine.open == 0
        assert [name for name, _ in events(wire.body)] == ["token"]
        assert wire.sent[-1]["more_body"] is True
        model.allow()
        await engine.submit(GenerationRequest("next", 10)).result()

    run(model, scenario)
    # One for the client that left, perhaps one that was under way, nine for the next.
    assert len(model.sizes) <= 2 + 9


def test_a_broken_connection_frees_its_slot() -> None:
    """Also when it shows in what is sent, not in what is received."""
    model = HeldModel()

    async def scenario(engine: ContinuousEngine, generation: Generation) -> None:
        async def send(_message: Message) -> None:
            raise OSError("broken pipe")

        with pytest.raises(OSError, match="broken pipe"):
            await TextStream(generation, never, RecordShape())({}, Wire().receive, send)
        assert engine.open == 0

    run(model, scenario)


def test_an_overdue_stream_ends_with_an_error() -> None:
    """504 for what was begun."""

    async def scenario(_engine: ContinuousEngine, generation: Generation) -> None:
        wire = Wire()
        await TextStream(generation, never, RecordShape())({}, wire.receive, wire.send)
        ((name, data),) = events(wire.body)
        assert (name, data["status"]) == ("error", 504)
        assert wire.sent[-1]["more_body"] is False

    run(HeldModel(), scenario, Limits(request_seconds=0.05))


def test_a_stream_that_is_stopped_says_so() -> None:
    """The server cancels what is left at the end of the grace period."""

    async def scenario(engine: ContinuousEngine, generation: Generation) -> None:
        wire = Wire()
        task = asyncio.create_task(
            TextStream(generation, never, RecordShape())({}, wire.receive, wire.send)
        )
        while not wire.sent:
            await asyncio.sleep(0)
        task.cancel()
        await task
        detail = "the service is stopping"
        expected = {"status": 503, "detail": detail, "retry_after": 5}
        assert events(wire.body) == [("error", expected)]
        assert wire.sent[-1]["more_body"] is False
        assert engine.open == 0

    run(HeldModel(), scenario)

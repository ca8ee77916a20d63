"""Streams are asked for by the fields that boxproof.toml names, and read as they came."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from apps.good import Response
from apps.schema.serving import served

from boxproof.config.operations import ValidRequest
from boxproof.config.text_streaming import Streaming
from boxproof.core.breaches import UnusableAnswer
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.text_streamer import StreamedText, TextStreamer
from boxproof.probes.work import Work

WORK = ValidRequest(
    "/say", body={"prompt": "The sea", "options": {"limit": 20, "top": 5}}, text="/prompt"
)
TEXT = "/choices/0/delta/content"
ANY = Streaming(body={"options": {"stream": True}}, text=TEXT, finish_reason="/choices/0/end")
TYPED = Streaming(body={"stream": True}, text="/piece", event="token")


class Wire:
    """A service whose stream is always the same; what was sent to it is kept."""

    def __init__(self, journal: Journal, running: ExitStack) -> None:
        self.journal, self.running = journal, running
        self.sent: list[Any] = []

    def stream(self, body: bytes, fields: Streaming, over: Any = None) -> StreamedText:
        """The stream with that body."""

        def respond(_method: str, _path: str, _query: str, asked: bytes) -> Response:
            self.sent.append(json.loads(asked))
            return Response(200, body, {"Content-Type": "text/event-stream"})

        url = self.running.enter_context(served(respond)).url
        client = Client(lambda: Endpoint(url), self.journal)
        return TextStreamer(Work(client, WORK), fields).stream(over=over)


@pytest.fixture
def wire(journal: Journal) -> Iterator[Wire]:
    """A service of the test's own."""
    with ExitStack() as running:
        yield Wire(journal, running)


def chunk(**choice: Any) -> bytes:
    """An event as OpenAI's API has it."""
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\r\n\r\n"


def test_the_fields_of_a_table_are_put_beside_those_of_the_body(wire: Wire) -> None:
    """A limit that stands in the same table stays, so that the same text is made."""
    wire.stream(chunk(delta={"content": "a"}), ANY, {"options": {"top": 1}})
    assert wire.sent == [{"prompt": "The sea", "options": {"limit": 20, "top": 1, "stream": True}}]


def test_an_event_that_brings_no_text_is_no_piece(wire: Wire) -> None:
    """The role, null, an empty end of each, usage without a choice, and comments in between."""
    body = b"".join(
        [
            b": queued\n\n",
            chunk(delta={"role": "assistant", "content": ""}, end=None),
            chunk(delta={"content": "a"}, end=""),
            b":\n\n",
            chunk(delta={"content": "b"}, end=None),
            chunk(delta={"content": None}, end="stop"),
            b'data: {"choices": [], "usage": {"total_tokens": 2}}\n\n',
        ]
    )
    stream = wire.stream(body, ANY)
    assert [text for _, text in stream.pieces] == ["a", "b"]
    assert [said for _, said in stream.values("/choices/0/end")] == ["stop"]


def test_what_keeps_a_connection_alive_is_read_by_nobody(wire: Wire) -> None:
    """Where the events that bring text have a type of their own."""
    ping = b"event: ping\ndata: still here\n\n"
    token = b'event: token\ndata: {"piece": "a"}\n\n'
    assert wire.stream(ping + token, TYPED).text == "a"


@pytest.mark.parametrize("fields", [ANY, TYPED])
def test_text_that_cannot_be_read_is_a_breach(fields: Streaming, wire: Wire) -> None:
    """Of any event, or of those of the type that is named."""
    with pytest.raises(UnusableAnswer, match="not JSON"):
        assert wire.stream(b"event: token\ndata: a\n\n", fields).text

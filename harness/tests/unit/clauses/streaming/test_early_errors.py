"""Refusals before a stream: a request is known that nearly every service refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from apps.good import Response
from apps.schema.serving import served

from boxproof.clauses.shapes import Shapes
from boxproof.clauses.streaming.early_errors import refused_before_stream
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Service
from boxproof.config.text_streaming import Streaming
from boxproof.core.breaches import Breach, NotJudged
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.work import Work

WORK = ValidRequest(
    "/chat", body={"messages": [{"role": "user", "content": "Hello"}]}, text="/messages/0/content"
)
STREAMS = Streaming(body={"stream": True}, text="/piece")
CONFIG = Config(Path(), Service("api"), WORK, streaming=STREAMS)


def judge(journal: Journal, *, refuses: bool, in_stream: bool) -> None:
    """A chat that takes an empty text, and may refuse one that is none."""

    def respond(_method: str, _path: str, _query: str, body: bytes) -> Response:
        asked: dict[str, Any] = json.loads(body)
        text = asked["messages"][0]["content"]
        wrong = refuses and not isinstance(text, str)
        if asked.get("stream") and (in_stream or not wrong):
            return Response(200, b"data: {}\n\n", {"Content-Type": "text/event-stream"})
        return Response(422 if wrong else 200, {})

    with served(respond) as server:
        work = Work(Client(lambda: Endpoint(server.url), journal), WORK)
        refused_before_stream(TextStreamer(work, STREAMS), work, Shapes({}), CONFIG)


def test_a_text_of_another_type_is_refused_with_a_stream_as_without(journal: Journal) -> None:
    """Where an empty one is served, and no word is forbidden."""
    judge(journal, refuses=True, in_stream=False)
    with pytest.raises(Breach, match="returned 422, and 200 where a stream"):
        judge(journal, refuses=True, in_stream=True)


def test_where_nothing_is_refused_nothing_is_judged(journal: Journal) -> None:
    """Nobody saw a refusal."""
    with pytest.raises(NotJudged):
        judge(journal, refuses=False, in_stream=False)

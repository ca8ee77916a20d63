"""What a service of OpenAI's API takes and tells is found by asking for each field."""

import json
from typing import Any

import pytest
from apps.good import Response
from apps.schema.serving import Asked, serving

from boxproof.config.operations import ValidRequest
from boxproof.config.text_generation import Generation
from boxproof.config.text_streaming import Streaming
from boxproof.discovery import generation_search
from boxproof.discovery.generation_search import Texts
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client

CHAT = ValidRequest(
    path="/v1/chat/completions",
    body={"model": "tiny", "messages": [{"role": "user", "content": "Hello"}]},
    text="/messages/0/content",
)
USAGE = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


def found(refused: tuple[str, ...] = (), usage: Any = USAGE, streams: str = "") -> Texts | None:
    """What is found of a chat that refuses these fields and streams so."""

    def answer(asked: Asked) -> Response:
        body = json.loads(asked.body)
        if any(name in body for name in refused):
            return Response(400, {"error": {"message": "unknown field"}})
        if body.get("stream") and streams:
            return Response(200, streams.encode(), {"Content-Type": "text/event-stream"})
        choice = {"index": 0, "message": {"content": "a b"}, "finish_reason": "length"}
        return Response(200, {"choices": [choice], "usage": usage})

    with serving(answer) as server:
        return generation_search.find(Client(lambda: Endpoint(server.url), Journal()), CHAT)


def test_an_api_with_all_of_its_fields_is_named_by_its_kind() -> None:
    """One line in place of fourteen."""
    texts = found()
    assert texts is not None
    assert (texts.generation, texts.streaming) == (Generation(kind="openai-chat"), None)
    assert texts.notes == {"generation.kind": "tried: accepted its fields, and answered with them"}


def test_of_an_api_that_lacks_some_those_that_are_there_are_named() -> None:
    """Nothing is promised in a service's name that it refuses or does not tell."""
    texts = found(refused=("seed", "n"), usage=None)
    assert texts is not None
    made = texts.generation
    assert (made.kind, made.seed, made.choices, made.prompt_tokens) == ("", None, None, None)
    assert (made.limit, made.stop, made.greedy) == ("/max_tokens", "/stop", {"temperature": 0})
    assert (made.choice_list, made.choice_text) == ("/choices", "/message/content")
    assert texts.notes["generation.stop"] == "tried: accepted, or answered with"
    assert "generation.seed" not in texts.notes


def event(delta: dict[str, str], reason: str | None) -> str:
    """One event of a stream."""
    data = json.dumps({"choices": [{"delta": delta, "finish_reason": reason}]})
    return f"data: {data}\n\n"


@pytest.mark.parametrize(
    ("terminator", "reason", "expected"),
    [("[DONE]", "stop", "/choices/0/finish_reason"), ("", None, None)],
)
def test_a_stream_is_described_as_it_came(
    terminator: str, reason: str | None, expected: str | None
) -> None:
    """Whether it ends with a word of its own, and says why the text ended."""
    stream = event({"role": "assistant"}, None) + event({"content": "a"}, None) + event({}, reason)
    texts = found(streams=stream + (f"data: {terminator}\n\n" if terminator else ""))
    assert texts is not None
    assert texts.streaming == Streaming(
        body={"stream": True},
        text="/choices/0/delta/content",
        terminator=terminator,
        finish_reason=expected,
    )


@pytest.mark.parametrize("stream", ["data: not JSON\n\n", 'data: {"other": 1}\n\n', "\n\n"])
def test_what_is_not_such_a_stream_is_not_described(stream: str) -> None:
    """The clauses of streams stay out of the contract."""
    texts = found(streams=stream)
    assert texts is not None
    assert texts.streaming is None


def test_another_path_is_not_asked_for_anything() -> None:
    """The client would fail: nothing listens there."""
    client = Client(lambda: Endpoint("http://127.0.0.1:9"), Journal())
    assert generation_search.find(client, ValidRequest(path="/say", body={"prompt": "a"})) is None

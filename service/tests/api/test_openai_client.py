"""The `openai` package as the client, over HTTP."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import openai
import pytest
from models import HeldModel
from uvicorn import Config, Server

from gpt2_service.app import create_app
from gpt2_service.boot import prepare_database
from gpt2_service.engine.scripted import ScriptedModel
from gpt2_service.key_entries import parse_keys
from gpt2_service.settings import Settings

KEY = "the-key"
MODEL = "scripted"
MESSAGES: Any = [{"role": "user", "content": "Who are you?"}]
Connect = Callable[..., openai.OpenAI]


@pytest.fixture
def connect(settings: Settings) -> Iterator[Connect]:
    """Serve the application on a port of its own; return a client of it."""
    with ExitStack() as stack:

        def start(
            model: ScriptedModel | None = None, key: str = KEY, **changes: Any
        ) -> openai.OpenAI:
            changed = replace(settings, api_keys=parse_keys(KEY), **changes)
            prepare_database(changed)
            app = create_app(changed, model or ScriptedModel())
            # Listens before it is served: whoever connects at once waits in the kernel's queue.
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            server = Server(Config(app, ws="none", log_config=None))
            thread = threading.Thread(target=server.run, args=([listener],))
            thread.start()
            stack.callback(thread.join)
            stack.callback(setattr, server, "should_exit", True)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
            client = openai.OpenAI(base_url=address, api_key=key, max_retries=0, timeout=30)
            return stack.enter_context(client)

        yield start


def test_models_completions_and_chats(connect: Connect) -> None:
    """What the client reads of every answer is what the service said."""
    client = connect()
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).owned_by == "gpt2-service"

    completion = client.completions.create(
        model=MODEL, prompt="one two", max_tokens=3, n=2, stop=["never"], seed=1, logprobs=2
    )
    assert [choice.index for choice in completion.choices] == [0, 1]
    logprobs = completion.choices[0].logprobs
    assert logprobs is not None
    assert "".join(logprobs.tokens or []) == completion.choices[0].text
    assert completion.usage is not None
    assert completion.usage.completion_tokens == 6

    chat = client.chat.completions.create(
        model=MODEL, messages=MESSAGES, max_completion_tokens=2, logprobs=True, top_logprobs=1
    )
    (choice,) = chat.choices
    assert choice.logprobs is not None
    assert choice.logprobs.content is not None
    tokens = [token.token for token in choice.logprobs.content]
    assert "".join(tokens) == choice.message.content
    assert (choice.message.role, choice.finish_reason) == ("assistant", "length")

    next_turn: list[Any] = [*MESSAGES, choice.message, {"role": "user", "content": "And then?"}]
    again = client.chat.completions.create(model=MODEL, messages=next_turn, max_completion_tokens=1)
    assert again.choices[0].message.content

    chunks = list(
        client.completions.create(
            model=MODEL,
            prompt="one two",
            max_tokens=3,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    text = "".join(one.text for chunk in chunks for one in chunk.choices)
    assert text == completion.choices[0].text
    assert chunks[-2].choices[0].finish_reason == "length"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == 5

    stop = "said"
    with client.chat.completions.stream(model=MODEL, messages=MESSAGES, stop=stop) as events:
        (reply,) = events.until_done().get_final_completion().choices
    assert reply.finish_reason == "stop"
    assert reply.message.content == f"{choice.message.content} "


def test_errors_are_those_that_the_client_knows(connect: Connect) -> None:
    """By their status; message, parameter and code come along."""
    client = connect()
    with pytest.raises(openai.NotFoundError) as unknown:
        client.completions.create(model="gpt-4o", prompt="x")
    assert (unknown.value.param, unknown.value.code) == ("model", "model_not_found")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("owner/name")
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model=MODEL, input="x")
    with pytest.raises(openai.BadRequestError, match="n: Input should be less") as invalid:
        client.chat.completions.create(model=MODEL, messages=MESSAGES, n=9)
    assert (invalid.value.param, invalid.value.type) == ("n", "invalid_request_error")
    with (
        client.with_options(api_key="wrong") as stranger,
        pytest.raises(openai.AuthenticationError) as wrong,
    ):
        stranger.models.list()
    assert wrong.value.code == "invalid_api_key"


def test_a_full_service_is_a_rate_limit(connect: Connect) -> None:
    """While a stream holds the only place; the stream goes on."""
    model = HeldModel()
    client = connect(model, max_batch=1, max_queue=0)
    stream = client.chat.completions.create(
        model=MODEL, messages=MESSAGES, max_tokens=3, stream=True
    )
    with stream:
        # The role comes before the first token.
        next(stream)
        with pytest.raises(openai.RateLimitError) as refused:
            client.completions.create(model=MODEL, prompt="x")
        model.allow()
        *_, last = stream
    assert last.choices[0].finish_reason == "length"
    assert refused.value.code == "rate_limit_exceeded"


def test_a_stream_that_fails_is_an_error(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came before it can be read; silence in between is no error."""
    monkeypatch.setattr("gpt2_service.api.streams.HEARTBEAT_SECONDS", 0.01)
    model = HeldModel()
    client = connect(model, request_timeout_seconds=1)
    model.allow(1)
    with client.completions.create(model=MODEL, prompt="x", stream=True) as stream:
        assert next(stream).choices
        with pytest.raises(openai.APIError, match="did not finish within 1 s"):
            next(stream)
    model.allow()

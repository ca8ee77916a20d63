"""POST /v1/chat/completions: a conversation for a model that only continues text."""

from pathlib import Path
from typing import Any

import pytest
from events import chunks
from serving import ClientFactory
from starlette.testclient import TestClient

from gpt2_service.api.openai.chat_request import (
    DEFAULT_REPLY_TOKENS,
    MAX_MESSAGES,
    MESSAGE_MAX_CHARACTERS,
    Message,
)
from gpt2_service.engine.packed import load_packed
from gpt2_service.engine.scripted import ScriptDecoder

CHECKPOINT = Path(__file__).parents[2] / "checkpoint"
MODEL = "scripted"
TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "developer", "content": "Be kind."},
    {"role": "user", "content": "Who are you?"},
    {"role": "assistant", "content": "Nobody."},
    {"role": "user", "content": [{"type": "text", "text": "And\nI?"}]},
]
PROMPT = (
    "System: Be brief.\nSystem: Be kind.\n"
    "User: Who are you?\nAssistant: Nobody.\nUser: And\nI?\nAssistant:"
)


def send(client: TestClient, **body: Any) -> Any:
    return client.post("/v1/chat/completions", json={"model": MODEL, "messages": TALK, **body})


def post(client: TestClient, **body: Any) -> dict[str, Any]:
    response = send(client, **body)
    assert response.status_code == 200, response.text
    completion: dict[str, Any] = response.json()
    return completion


def test_a_conversation_becomes_one_prompt(client: TestClient) -> None:
    """By the documented template; the reply is what continues it, and both are the record."""
    completion = post(client, max_tokens=3)
    record = client.get(f"/history/{completion['record_id']}").json()
    assert record["prompt"] == PROMPT
    assert record["parameters"]["stop"] == ["\nUser:"]
    assert completion["id"].startswith("chatcmpl-")
    assert completion["object"] == "chat.completion"
    (choice,) = completion["choices"]
    reply = record["generated_text"].removeprefix(PROMPT)
    expected = {"role": "assistant", "content": reply, "refusal": None, "annotations": []}
    assert choice == {
        "index": 0,
        "message": expected,
        "logprobs": None,
        "finish_reason": "length",
    }
    assert completion["usage"] == record["usage"]


def test_a_reply_ends_before_the_next_turn(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A base model would go on for the user; the request's own stop sequences count, too."""
    words = (" I", " am.", "\nUser:", " And", " you?")
    monkeypatch.setattr(ScriptDecoder, "step", lambda _self, token: words[token % len(words)])
    (choice,) = post(client)["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == (" I am.", "stop")
    assert post(client, stop=" am")["choices"][0]["message"]["content"] == " I"


def test_a_reply_ends_with_its_limit_or_with_the_context(client: TestClient) -> None:
    """The smaller limit counts where both names are sent; there is one where none is."""
    assert post(client)["usage"]["completion_tokens"] == DEFAULT_REPLY_TOKENS
    assert post(client, max_tokens=200)["usage"]["total_tokens"] == 200
    for limits in (
        {"max_tokens": 5},
        {"max_completion_tokens": 5},
        {"max_tokens": 9, "max_completion_tokens": 5},
    ):
        assert post(client, **limits)["usage"]["completion_tokens"] == 5


def test_the_longest_conversation_is_stored(client: TestClient) -> None:
    """As the schema of records allows; there is no room for a reply."""
    message = {"role": "assistant", "content": "w " * (MESSAGE_MAX_CHARACTERS // 2)}
    completion = post(client, messages=[message] * MAX_MESSAGES)
    assert completion["choices"][0]["message"]["content"] == ""
    assert client.get(f"/history/{completion['record_id']}").status_code == 200


def test_who_says_no_to_logprobs_gets_none(client: TestClient) -> None:
    """Whatever else is asked for."""
    (choice,) = post(client, logprobs=False, top_logprobs=2)["choices"]
    assert choice["logprobs"] is None


def test_parts_of_a_message_are_one_text() -> None:
    """As clients send what they put together."""
    parts = [{"type": "text", "text": each} for each in ("one ", "two")]
    message = Message.model_validate({"role": "user", "content": parts, "name": "me"})
    assert message.text == "one two"


def test_a_stream_begins_with_the_role(client: TestClient) -> None:
    """Then comes content, then the reason for the end, then the usage that was asked for."""
    options = {"stream": True, "stream_options": {"include_usage": True}}
    response = send(client, max_tokens=4, seed=1, logprobs=True, **options)
    role, *parts, end, usage, done = chunks(response.text)
    assert done == {"data": "[DONE]"}
    assert role["object"] == "chat.completion.chunk"
    assert role["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    content = [part["choices"][0]["delta"] for part in parts]
    assert {key for delta in content for key in delta} == {"content"}
    (whole,) = post(client, max_tokens=4, seed=1, logprobs=True)["choices"]
    assert "".join(delta["content"] for delta in content) == whole["message"]["content"]
    told = [token for part in parts for token in part["choices"][0]["logprobs"]["content"]]
    assert told == whole["logprobs"]["content"]
    assert (end["choices"][0]["delta"], end["choices"][0]["finish_reason"]) == ({}, "length")
    assert (usage["choices"], usage["usage"]["completion_tokens"]) == ([], 4)
    assert usage["record_id"] == end["record_id"]


def test_logprobs_have_bytes(client: TestClient) -> None:
    """A token may be a part of a character, so its bytes are told as well."""
    wanted: tuple[tuple[dict[str, Any], int], ...] = (
        ({"logprobs": True}, 0),
        ({"logprobs": True, "top_logprobs": 2}, 1),
        ({"top_logprobs": 1}, 1),
    )
    for asked, top in wanted:
        (choice,) = post(client, max_tokens=1, **asked)["choices"]
        (token,) = choice["logprobs"]["content"]
        assert bytes(token["bytes"]).decode() == token["token"] == choice["message"]["content"]
        assert token["logprob"] == 0.0
        assert len(token["top_logprobs"]) == top


def test_logprobs_are_for_those_who_ask(client: TestClient) -> None:
    """Null for all others."""
    for asked in ({}, {"logprobs": False}, {"logprobs": None, "top_logprobs": 0}):
        assert post(client, max_tokens=1, **asked)["choices"][0]["logprobs"] is None


TAKEN: tuple[dict[str, Any], ...] = (
    {"user": "somebody", "metadata": {"a": "b"}, "safety_identifier": "x"},
    {"prompt_cache_key": "x", "service_tier": "auto", "store": True},
    {"tools": [], "tool_choice": "none", "modalities": ["text"]},
    {"response_format": {"type": "text"}, "logit_bias": {}, "frequency_penalty": 0},
)
REFUSED: tuple[dict[str, Any], ...] = (
    {"tools": [{"type": "function", "function": {"name": "f"}}]},
    {"tool_choice": "required"},
    {"response_format": {"type": "json_object"}},
    {"modalities": ["audio"]},
    {"reasoning_effort": "low"},
    {"store": 0},
    {"top_logprobs": 21},
    {"max_completion_tokens": 0},
    {"prompt": "x"},
    {"messages": []},
    {"messages": [{"role": "tool", "content": "x"}]},
    {"messages": [{"role": "user", "content": "x", "refusal": "No"}]},
    {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
    {"messages": [{"role": "user", "content": "x"}] * (MAX_MESSAGES + 1)},
)


def test_what_changes_nothing_is_taken(make_client: ClientFactory) -> None:
    """Some clients always send it; the reply is that of the request without it."""
    model = load_packed(CHECKPOINT)
    client = make_client(model)
    replies = [
        post(client, model=model.name, seed=5, max_tokens=20, **taken)["choices"]
        for taken in ({}, *TAKEN)
    ]
    assert replies == replies[:1] * len(replies)
    assert replies[0][0]["message"]["content"]


@pytest.mark.parametrize("asked", [{}, {"store": None}, {"store": True}])
def test_a_reply_is_stored_unless_asked(client: TestClient, asked: dict[str, Any]) -> None:
    """Null is the default, as for every other parameter."""
    record_id = post(client, **asked)["record_id"]
    assert client.get(f"/history/{record_id}").status_code == 200


def test_a_reply_that_is_not_to_be_stored_is_not(client: TestClient) -> None:
    """Whole or in chunks; its `record_id` is null."""
    assert post(client, store=False)["record_id"] is None
    response = send(client, store=False, stream=True)
    *parts, done = chunks(response.text)
    assert done == {"data": "[DONE]"}
    assert {part["record_id"] for part in parts} == {None}
    assert client.get("/history").json()["items"] == []


def test_a_message_may_be_empty(client: TestClient) -> None:
    """There is still the line of whoever said it."""
    post(client, messages=[{"role": "developer", "content": ""}], max_tokens=1)


def test_what_would_change_the_reply_is_400(client: TestClient) -> None:
    """The parameter is named."""
    for refused in REFUSED:
        response = send(client, **refused)
        assert response.status_code == 400, refused
        assert response.json()["error"]["param"] == next(iter(refused))

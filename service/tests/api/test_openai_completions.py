"""POST /v1/completions and GET /v1/models: OpenAI's shapes of the texts of /generate."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from events import chunks
from serving import ClientFactory
from starlette.testclient import TestClient

from gpt2_service.engine.packed import load_packed
from gpt2_service.engine.scripted import SCRIPT, ScriptDecoder

CHECKPOINT = Path(__file__).parents[2] / "checkpoint"
JSON = {"Content-Type": "application/json"}
MODEL = "scripted"


def post(client: TestClient, **body: Any) -> dict[str, Any]:
    response = client.post("/v1/completions", json={"model": MODEL, "prompt": "one two", **body})
    assert response.status_code == 200, response.text
    completion: dict[str, Any] = response.json()
    return completion


def stream(client: TestClient, **body: Any) -> list[dict[str, Any]]:
    body = {"model": MODEL, "prompt": "one two", "stream": True, **body}
    response = client.post("/v1/completions", json=body)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    return chunks(response.text)


@pytest.fixture
def gpt2(make_client: ClientFactory) -> TestClient:
    """A client of the demo checkpoint."""
    return make_client(load_packed(CHECKPOINT))


def test_there_is_one_model(client: TestClient) -> None:
    """In the list and by its id."""
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "gpt2-service"}
    assert client.get("/v1/models").json() == {"object": "list", "data": [model]}
    assert client.get(f"/v1/models/{MODEL}").json() == model


def test_a_model_of_the_hub_has_a_slash_in_its_id(make_client: ClientFactory) -> None:
    """Clients escape it, or not."""
    from gpt2_service.engine.scripted import ScriptedModel

    class Hub(ScriptedModel):
        name = "owner/name"

    client = make_client(Hub())
    for written in ("owner/name", "owner%2Fname"):
        assert client.get(f"/v1/models/{written}").json()["id"] == "owner/name"


def test_a_completion_is_a_record_without_its_prompt(client: TestClient) -> None:
    """`record_id` names it; it holds what makes the text again."""
    sent = {"temperature": 0.5, "top_p": 0.25, "stop": ["never"], "n": 2, "seed": 9}
    headers = {"X-Request-ID": "mine"}
    body = {"model": MODEL, "prompt": "one two", "max_tokens": 12, **sent}
    completion = client.post("/v1/completions", json=body, headers=headers).json()
    record = client.get(f"/history/{completion['record_id']}").json()
    assert completion["id"] == "cmpl-mine"
    assert (completion["object"], completion["model"]) == ("text_completion", MODEL)
    assert completion["system_fingerprint"] == record["fingerprint"]
    created = datetime.fromisoformat(record["created_at"])
    assert 0 <= created.timestamp() - completion["created"] < 60
    assert completion["choices"] == [
        {
            "index": choice["index"],
            "text": choice["generated_text"].removeprefix("one two"),
            "logprobs": None,
            "finish_reason": "length",
        }
        for choice in record["choices"]
    ]
    assert completion["usage"] == record["usage"]
    assert completion["usage"]["completion_tokens"] == 24
    used = {"max_length": 14, "top_k": 50, "repetition_penalty": 1.0}
    assert {**record["parameters"], "seed": record["seed"]} == {**sent, **used}


def test_the_same_text_as_by_generate(gpt2: TestClient) -> None:
    """From what the record holds."""
    model = gpt2.get("/v1/models").json()["data"][0]["id"]
    completion = post(gpt2, model=model, prompt="Once upon a time", max_tokens=30, n=2)
    record = gpt2.get(f"/history/{completion['record_id']}").json()
    body = {"prompt": record["prompt"], "seed": record["seed"], **record["parameters"]}
    again = gpt2.post("/generate", json=body).json()
    assert again["choices"] == record["choices"]
    assert completion["choices"][0]["text"] != completion["choices"][1]["text"]


@pytest.mark.parametrize(("body", "tokens"), [({}, 16), ({"max_tokens": 1}, 1)])
def test_max_tokens_leaves_the_prompt_out(
    client: TestClient, body: dict[str, Any], tokens: int
) -> None:
    """As OpenAI has it, with its default."""
    completion = post(client, **body)
    assert completion["usage"] == {
        "prompt_tokens": 2,
        "completion_tokens": tokens,
        "total_tokens": 2 + tokens,
    }
    assert completion["choices"][0]["finish_reason"] == "length"


def test_the_context_ends_a_completion(client: TestClient) -> None:
    """A prompt that fills it by itself gets an empty one, as /generate gives it back."""
    long = post(client, prompt="word " * 90, max_tokens=200)
    assert long["usage"]["total_tokens"] == 200
    full = post(client, prompt="a " * 200, max_tokens=1)
    assert (full["choices"][0]["text"], full["choices"][0]["finish_reason"]) == ("", "length")


@pytest.mark.parametrize("stop", [SCRIPT[4], [SCRIPT[4], "never"]])
def test_a_stop_sequence_ends_the_text(client: TestClient, stop: str | list[str]) -> None:
    """One, or a list; the text ends before it."""
    (choice,) = post(client, stop=stop, max_tokens=40)["choices"]
    assert choice["finish_reason"] == "stop"
    assert SCRIPT[4] not in choice["text"]


def test_a_stream_is_the_same_text_in_chunks(client: TestClient) -> None:
    """All with one id; each choice ends with its reason once the record is stored."""
    *parts, first, second, done = stream(client, n=2, max_tokens=5, seed=1)
    whole = post(client, n=2, max_tokens=5, seed=1)
    assert done == {"data": "[DONE]"}
    assert {part["id"] for part in (*parts, first, second)} == {parts[0]["id"]}
    for choice in whole["choices"]:
        texts = [
            part["choices"][0]["text"]
            for part in parts
            if part["choices"][0]["index"] == choice["index"]
        ]
        assert "".join(texts) == choice["text"]
    assert all(part["choices"][0]["finish_reason"] is None for part in parts)
    assert all(part["record_id"] is part["usage"] is None for part in parts)
    for index, end in enumerate((first, second)):
        expected = {"index": index, "text": "", "logprobs": None, "finish_reason": "length"}
        assert end["choices"] == [expected]
        assert client.get(f"/history/{end['record_id']}").status_code == 200
    assert set(first) == set(whole)


def test_a_stream_tells_its_usage_when_asked(client: TestClient) -> None:
    """In a last chunk without choices."""
    *_, usage, done = stream(client, max_tokens=3, stream_options={"include_usage": True})
    assert done == {"data": "[DONE]"}
    assert usage["choices"] == []
    assert usage["usage"] == {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}


def test_a_stream_that_fails_ends_with_an_error(client: TestClient, database: Path) -> None:
    """In the envelope, and without the end of a whole one."""
    database.rename(database.with_suffix(".gone"))
    *_, last = stream(client)
    error = {"type": "server_error", "param": None, "code": None}
    assert last == {"error": {"message": "the history cannot be opened", **error}}


def test_logprobs_are_those_of_the_words(client: TestClient) -> None:
    """The script leaves no choice."""
    words = [ScriptDecoder("one two").step(token) for token in range(2)]
    (choice,) = post(client, max_tokens=2, logprobs=1)["choices"]
    assert choice["logprobs"] == {
        "tokens": words,
        "token_logprobs": [0.0, 0.0],
        "top_logprobs": [{words[0]: 0.0}, {words[1]: 0.0}],
        "text_offset": [0, len(words[0])],
    }


def test_logprobs_of_a_stream_are_those_of_the_whole(gpt2: TestClient) -> None:
    """Each token is told once, with the text in which it begins; they do not change the text."""
    model = gpt2.get("/v1/models").json()["data"][0]["id"]
    asked = {"model": model, "prompt": "Zoë said", "seed": 3, "max_tokens": 40, "temperature": 2}
    (whole,) = post(gpt2, logprobs=3, **asked)["choices"]
    assert whole["text"] == post(gpt2, **asked)["choices"][0]["text"]
    assert {len(top) for top in whole["logprobs"]["top_logprobs"]} <= {3, 4}
    told: dict[str, list[Any]] = {name: [] for name in whole["logprobs"]}
    for chunk in stream(gpt2, logprobs=3, **asked)[:-2]:
        for name, values in chunk["choices"][0]["logprobs"].items():
            told[name] += values
    assert told == whole["logprobs"]


WITHIN_LIMITS = (
    *('"max_tokens": 200', '"max_tokens": 5.0', '"logprobs": 5', '"metadata": null'),
    *('"n": 4', '"stop": ["a", "b", "c", "d"]', '"seed": 9007199254740991'),
)
WITHOUT_EFFECT = (
    *('"max_tokens": null', '"prompt": ["x"]', '"n": null', '"stop": null', '"stop": []'),
    *('"temperature": null', '"top_p": null', '"stream": null', '"stream_options": null'),
    *('"logprobs": null', '"logprobs": 0', '"user": "somebody"', '"metadata": {"a": "b"}'),
    *('"best_of": 1', '"echo": false', '"suffix": null', '"logit_bias": {}'),
    *('"frequency_penalty": 0', '"presence_penalty": 0.0'),
)
REFUSED = (
    *('"max_tokens": 0', '"max_tokens": 201', '"max_tokens": "5"', '"max_tokens": 1.5'),
    *('"prompt": []', '"prompt": ["x", "y"]', '"prompt": [1, 2]', '"prompt": ""'),
    *('"n": 0', '"n": 5', '"stop": ""', '"stop": ["a", "b", "c", "d", "e"]', '"stop": 5'),
    *('"logprobs": 6', '"logprobs": true', '"best_of": 2', '"echo": true', '"echo": 0'),
    *('"suffix": "x"', '"logit_bias": {"5": 1}', '"frequency_penalty": 0.5'),
    *('"presence_penalty": -1', '"stream": "yes"', '"metadata": {"a": 1}', '"user": 5'),
    *('"stream_options": {"include_obfuscation": true}', '"top_k": 5', '"max_length": 20'),
)


def test_what_is_within_its_limits_is_taken(client: TestClient) -> None:
    """The largest and the smallest that the schema names."""
    for field in WITHIN_LIMITS:
        body = f'{{"model": "{MODEL}", "prompt": "x", {field}}}'
        response = client.post("/v1/completions", content=body, headers=JSON)
        assert response.status_code == 200, field


def test_what_changes_nothing_is_taken(gpt2: TestClient) -> None:
    """The text is that of the request without it."""
    model = gpt2.get("/v1/models").json()["data"][0]["id"]
    sent = f'"model": "{model}", "prompt": "x", "seed": 5'
    texts = {}
    for field in ("", *WITHOUT_EFFECT):
        body = f"{{{sent}{field and ', '}{field}}}"
        response = gpt2.post("/v1/completions", content=body, headers=JSON)
        assert response.status_code == 200, field
        texts[field] = [choice["text"] for choice in response.json()["choices"]]
    assert texts == dict.fromkeys(texts, texts[""])


def test_what_would_change_the_text_is_400(client: TestClient) -> None:
    """The parameter is named, and nothing is stored."""
    for field in REFUSED:
        body = f'{{"model": "{MODEL}", "prompt": "x", {field}}}'
        response = client.post("/v1/completions", content=body, headers=JSON)
        assert response.status_code == 400, field
        error = response.json()["error"]
        (name,) = json.loads(f"{{{field}}}")
        assert (error["type"], error["param"]) == ("invalid_request_error", name)
        assert error["message"].startswith(name)
    assert client.get("/history").json()["items"] == []

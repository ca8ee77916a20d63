"""POST /generate: how tokens are chosen, how many texts, and what makes a text again."""

import json
from pathlib import Path
from typing import Any

import pytest
from serving import ClientFactory
from starlette.testclient import TestClient

from gpt2_service.engine.packed import load_packed
from gpt2_service.engine.scripted import SCRIPT

CHECKPOINT = Path(__file__).parents[2] / "checkpoint"
JSON = {"Content-Type": "application/json"}
DEFAULTS = {
    "max_length": 50,
    "temperature": 1.0,
    "top_k": 50,
    "top_p": 1.0,
    "repetition_penalty": 1.0,
    "stop": [],
    "n": 1,
}


def post(client: TestClient, **body: Any) -> dict[str, Any]:
    response = client.post("/generate", json={"prompt": "Once upon a time", **body})
    assert response.status_code == 200, response.text
    record: dict[str, Any] = response.json()
    return record


@pytest.fixture
def gpt2(make_client: ClientFactory) -> TestClient:
    """A client of the demo checkpoint."""
    return make_client(load_packed(CHECKPOINT))


@pytest.mark.parametrize(
    "field",
    [
        *('"temperature": 0', '"temperature": 2', '"temperature": 1e-300', '"temperature": null'),
        *('"top_k": 0', '"top_k": 1000', '"top_k": 5.0', '"top_k": null'),
        *('"top_p": 1', '"top_p": 1e-300', '"repetition_penalty": 0.5', '"stop": ["a", "b"]'),
        *('"n": 4', '"n": 4e0', '"seed": 0', '"seed": 9007199254740991', '"stream": false'),
    ],
)
def test_settings_within_their_limits_are_taken(client: TestClient, field: str) -> None:
    """Limits included; numbers are those of JSON Schema."""
    body = f'{{"prompt": "x", {field}}}'
    assert client.post("/generate", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    "field",
    [
        *('"temperature": 2.1', '"temperature": -1', '"temperature": "1"', '"temperature": true'),
        *('"temperature": 1e999', f'"temperature": 1{"0" * 400}', '"top_k": 1.5', '"top_k": true'),
        *('"top_k": -1', '"top_k": 1001', '"top_p": 0', '"top_p": 1.1', '"top_p": false'),
        *('"repetition_penalty": 0', '"repetition_penalty": 2.1', '"stop": "a"', '"stop": [""]'),
        *('"stop": [1]', '"stop": null', '"stop": ["a", "a", "a", "a", "a"]', '"n": 0', '"n": 5'),
        *('"n": null', '"seed": -1', '"seed": 9007199254740992', '"seed": "1"', '"stream": 1'),
        *('"stream": "true"', '"stream": null', f'"stop": ["{"a" * 65}"]', '"seeds": 1'),
    ],
    ids=lambda text: text[:24],
)
def test_settings_beyond_their_limits_are_422(client: TestClient, field: str) -> None:
    """Types are not converted."""
    body = f'{{"prompt": "x", {field}}}'
    assert client.post("/generate", content=body, headers=JSON).status_code == 422


def test_the_answer_says_what_was_used(client: TestClient) -> None:
    """Tokens, the reason for the end, the seed and every parameter; the record keeps them."""
    record = post(client, max_length=20)
    assert record["usage"] == {"prompt_tokens": 4, "completion_tokens": 16, "total_tokens": 20}
    assert record["choices"] == [
        {"index": 0, "generated_text": record["generated_text"], "finish_reason": "length"}
    ]
    assert 0 <= record["seed"] < 2**53
    assert record["parameters"] == {**DEFAULTS, "max_length": 20}
    assert client.get(f"/history/{record['id']}").json() == record
    assert client.get("/history").json()["items"] == [record]


def test_a_prompt_that_fills_max_length_used_no_tokens(client: TestClient) -> None:
    """It comes back as it is, and its length was the reason."""
    record = post(client, prompt="word " * 12, max_length=10)
    assert record["usage"] == {"prompt_tokens": 12, "completion_tokens": 0, "total_tokens": 12}
    assert record["choices"][0]["finish_reason"] == "length"
    assert record["generated_text"] == "word " * 12


def test_a_stop_sequence_is_a_reason(client: TestClient) -> None:
    """The text ends before it."""
    record = post(client, stop=[SCRIPT[2]], max_length=40)
    assert record["choices"][0]["finish_reason"] == "stop"
    assert SCRIPT[2] not in record["generated_text"].removeprefix("Once upon a time").split()


def test_parameters_that_were_sent_come_back(client: TestClient) -> None:
    """Unchanged, and stored."""
    sent = {
        "max_length": 30,
        "temperature": 0.5,
        "top_k": 7,
        "top_p": 0.25,
        "repetition_penalty": 1.5,
        "stop": ["\n", "é"],
        "n": 2,
    }
    record = post(client, seed=9, **sent)
    assert (record["parameters"], record["seed"]) == (sent, 9)
    assert client.get(f"/history/{record['id']}").json() == record


def test_n_texts_are_one_record(gpt2: TestClient) -> None:
    """They differ; the first is the record's text, and the tokens of all are counted."""
    record = post(gpt2, n=3, max_length=60, seed=1)
    texts = [choice["generated_text"] for choice in record["choices"]]
    assert [choice["index"] for choice in record["choices"]] == [0, 1, 2]
    assert len(set(texts)) == 3
    assert record["generated_text"] == texts[0]
    alone = post(gpt2, max_length=60, seed=1)
    assert alone["generated_text"] == texts[0]
    assert record["usage"]["completion_tokens"] > alone["usage"]["completion_tokens"]
    assert gpt2.get(f"/history/{record['id']}").json() == record


def test_every_text_can_be_made_again(gpt2: TestClient) -> None:
    """From what its record holds, without a seed of the client's."""
    first = post(gpt2, temperature=1.3, top_p=0.9, n=2, max_length=80)
    kept = gpt2.get(f"/history/{first['id']}").json()
    again = post(gpt2, prompt=kept["prompt"], seed=kept["seed"], **kept["parameters"])
    assert again["choices"] == first["choices"]
    assert again["id"] != first["id"]
    other = post(gpt2, **kept["parameters"])
    assert other["seed"] != first["seed"]
    assert other["choices"] != first["choices"]


def test_the_checkpoint_decides_what_a_request_leaves_open(make_client: ClientFactory) -> None:
    """Its own settings are filled in, and told."""
    from gpt2_service.engine.requests import Sampling
    from gpt2_service.engine.scripted import ScriptedModel

    class Opinionated(ScriptedModel):
        defaults = Sampling(temperature=0.3, top_k=0, top_p=0.5, repetition_penalty=1.25)

    parameters = post(make_client(Opinionated()), top_p=1)["parameters"]
    assert parameters == {
        **DEFAULTS,
        "temperature": 0.3,
        "top_k": 0,
        "top_p": 1.0,
        "repetition_penalty": 1.25,
    }


def test_greedy_texts_are_all_the_same(gpt2: TestClient) -> None:
    """Temperature 0 leaves nothing to chance."""
    record = post(gpt2, temperature=0, n=2)
    assert record["choices"][0]["generated_text"] == record["choices"][1]["generated_text"]
    assert post(gpt2, temperature=0)["generated_text"] == record["generated_text"]


@pytest.mark.parametrize("prompt", ["a\x00b", "😀", "שלום עולם", "\n", "\ufeff", "<|endoftext|>"])
def test_every_text_is_continued_by_gpt2(gpt2: TestClient, prompt: str) -> None:
    """The prompt comes back to the letter and the continuation stays within its limit."""
    record = post(gpt2, prompt=prompt, max_length=30, n=2)
    assert all(one["generated_text"].startswith(prompt) for one in record["choices"])
    assert record["usage"]["prompt_tokens"] < 30
    assert json.loads(json.dumps(record)) == gpt2.get(f"/history/{record['id']}").json()

"""POST /generate: what is accepted, what is refused, and how."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from models import FailingModel
from serving import ClientFactory
from starlette.testclient import TestClient

JSON = {"Content-Type": "application/json"}


def test_the_answer_is_the_stored_record(client: TestClient) -> None:
    """Prompt first, then the continuation; created just now, in UTC."""
    response = client.post("/generate", json={"prompt": "Once upon a time"})
    assert response.status_code == 200
    record = response.json()
    assert set(record) == {
        *("id", "prompt", "generated_text", "model_name", "created_at"),
        *("choices", "usage", "seed", "parameters", "fingerprint"),
    }
    assert record["prompt"] == "Once upon a time"
    assert record["generated_text"].startswith("Once upon a time ")
    assert len(record["generated_text"].split()) == 50
    assert record["model_name"] == "scripted"
    created = datetime.fromisoformat(record["created_at"])
    assert created.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)


def test_a_text_that_is_not_to_be_stored_leaves_nothing(
    client: TestClient, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In the history, the files of the database, the log: it is told once, without an id."""
    caplog.set_level(logging.DEBUG)
    body = {"prompt": "a private prompt", "seed": 1, "n": 2}
    kept, told = (client.post("/generate", json={**body, "store": s}).json() for s in (True, False))
    same = ("prompt", "generated_text", "model_name", "choices", "usage", "seed", "parameters")
    assert [told[key] for key in same] == [kept[key] for key in same]
    assert (told["id"], told["created_at"] > kept["created_at"]) == (None, True)
    assert client.get("/history").json()["items"] == [kept]

    assert client.post("/generate", json={"prompt": "zweiundvierzig", "store": False}).is_success
    files = [path.read_bytes() for path in database.parent.glob("history.db*")]
    assert any(b"a private prompt" in content for content in files)
    assert not any(b"zweiundvierzig" in content for content in files)
    assert "zweiundvierzig" not in caplog.text


def test_a_text_that_is_not_to_be_stored_needs_no_database(
    client: TestClient, database: Path
) -> None:
    """Nothing is written for it."""
    database.rename(database.with_suffix(".gone"))
    assert client.post("/generate", json={"prompt": "x"}).status_code == 503
    assert client.post("/generate", json={"prompt": "x", "store": False}).status_code == 200


@pytest.mark.parametrize("store", ["false", 0, None, []])
def test_whether_to_store_is_true_or_false(client: TestClient, store: Any) -> None:
    """What else might be meant by it is not guessed."""
    response = client.post("/generate", json={"prompt": "x", "store": store})
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "store"]


@pytest.mark.parametrize(
    "prompt",
    ["a\x00b", "😀", "שלום", " ", "\n", "\ufeff", "\u202e", "\U0001d11e" * 500, "<|endoftext|>"],
)
def test_every_unicode_text_is_answered(client: TestClient, prompt: str) -> None:
    """And comes back unchanged, from the record too."""
    record = client.post("/generate", json={"prompt": prompt}).json()
    assert record["prompt"] == prompt
    assert record["generated_text"].startswith(prompt)
    assert client.get(f"/history/{record['id']}").json() == record


@pytest.mark.parametrize("max_length", ["10", "200", "50.0", "5e1", "1E2"])
def test_integers_are_those_of_json_schema(client: TestClient, max_length: str) -> None:
    """A number without a fraction is an integer, however it is written."""
    body = f'{{"prompt": "x", "max_length": {max_length}}}'
    response = client.post("/generate", content=body, headers=JSON)
    assert response.status_code == 200
    assert len(response.json()["generated_text"].split()) == int(float(max_length))


@pytest.mark.parametrize(
    "max_length",
    [
        *('"50"', "true", "null", "[50]", "NaN", "Infinity"),
        *("50.5", "9", "201", "-1", "1e400", "9" * 5000),
    ],
    ids=lambda text: text[:10],
)
def test_a_wrong_max_length_is_422(client: TestClient, max_length: str) -> None:
    """Types are not converted and limits are kept."""
    body = f'{{"prompt": "x", "max_length": {max_length}}}'
    response = client.post("/generate", content=body, headers=JSON)
    assert response.status_code == 422
    assert set(response.json()["detail"][0]) == {"loc", "msg", "type"}


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_only_python_calls_json_is_not_json(client: TestClient, constant: str) -> None:
    """RFC 8259, section 6: no such numbers."""
    body = f'{{"prompt": "x", "max_length": {constant}}}'
    response = client.post("/generate", content=body, headers=JSON)
    assert response.json()["detail"][0]["type"] == "json_invalid"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'{"prompt": ""}',
        b'{"prompt": null}',
        b'{"prompt": 5}',
        b'{"prompt": "x", "unknown": 1}',
        b'{"prompt": "' + b"x" * 501 + b'"}',
        b'{"prompt": "\\ud800"}',
        b'{"prompt": "x", "\\ud800": 1}',
        b'{"prompt": "\xe9"}',
        '{"prompt": "x"}'.encode("utf-16"),
        b"[" * 60_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_wrong_body_is_422(client: TestClient, body: bytes) -> None:
    """With the rule that it breaks, and without the input."""
    response = client.post("/generate", content=body, headers=JSON)
    assert response.status_code == 422
    assert response.json()["detail"]
    assert "input" not in response.text.replace("Input", "").replace("inputs", "")


def test_many_broken_rules_are_told_in_a_short_answer(client: TestClient) -> None:
    """A body of thousands of unknown keys does not get an answer ten times its size."""
    keys = ", ".join(f'"unknown-{number}": 0' for number in range(3_000))
    response = client.post("/generate", content=f'{{"prompt": "x", {keys}}}', headers=JSON)
    assert response.status_code == 422
    assert len(response.json()["detail"]) == 20
    assert len(response.content) < 4_096


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/jsonp"])
def test_another_content_type_is_415(client: TestClient, content_type: str) -> None:
    """The body is not looked at."""
    response = client.post(
        "/generate", content=b'{"prompt": "x"}', headers={"Content-Type": content_type}
    )
    assert response.status_code == 415
    assert content_type in response.json()["detail"]


def test_no_content_type_is_415(client: TestClient) -> None:
    """A body must say what it is."""
    assert client.post("/generate", content=b'{"prompt": "x"}').status_code == 415


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json"],
)
def test_json_has_more_than_one_name(client: TestClient, content_type: str) -> None:
    """Parameters, case and the +json suffix (RFC 6839)."""
    response = client.post(
        "/generate", content=b'{"prompt": "x"}', headers={"Content-Type": content_type}
    )
    assert response.status_code == 200


def test_a_forbidden_word_is_400(client: TestClient) -> None:
    """The detail names the word."""
    response = client.post("/generate", json={"prompt": "Spread the HATE."})
    assert response.status_code == 400
    assert response.json() == {"detail": "the prompt contains the forbidden word 'hate'"}


def test_a_fault_of_the_model_is_500_without_internals(
    make_client: ClientFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """The cause stands in the log, the prompt does not."""
    response = make_client(FailingModel()).post("/generate", json={"prompt": "private"})
    assert response.status_code == 500
    assert response.json() == {"detail": "internal error"}
    assert "X-Request-ID" in response.headers
    assert "a secret of the inside" in caplog.text
    assert "private" not in caplog.text


def test_a_lost_database_is_503(
    client: TestClient, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With the time after which to try again; the log holds the cause."""
    database.rename(database.with_suffix(".gone"))
    response = client.post("/generate", json={"prompt": "x"})
    assert response.status_code == 503
    assert response.json() == {"detail": "the history cannot be opened"}
    assert int(response.headers["Retry-After"]) > 0
    (record,) = [item for item in caplog.records if item.message == "the database failed"]
    assert record.__dict__["fields"] == {"cause": "unable to open database file"}


def test_a_model_call_is_one_line_in_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Token counts and times, under the request's id; the prompt only by its length."""
    caplog.set_level(logging.INFO)
    client.post("/generate", json={"prompt": "a private prompt"}, headers={"X-Request-ID": "r-1"})
    (record,) = [record for record in caplog.records if record.message == "model call"]
    fields = record.__dict__["fields"]
    assert fields["prompt_characters"] == 16
    assert (fields["prompt_tokens"], fields["completion_tokens"]) == (3, 47)
    assert fields["duration_ms"] >= 0
    assert "private" not in json.dumps([item.__dict__ for item in caplog.records], default=repr)

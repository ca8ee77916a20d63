"""Errors below /v1, in OpenAI's envelope; everywhere else they are as they were."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from models import FailingModel, HeldModel
from serving import ClientFactory
from starlette.testclient import TestClient

from gpt2_service.key_entries import parse_keys

PATHS = ("/v1/completions", "/v1/chat/completions")
BODIES: dict[str, dict[str, Any]] = {
    "/v1/completions": {"model": "scripted", "prompt": "x"},
    "/v1/chat/completions": {
        "model": "scripted",
        "messages": [{"role": "user", "content": "x"}],
    },
}
INVALID = "invalid_request_error"


def error(kind: str, message: str, param: str | None = None, code: str | None = None) -> object:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_model_is_404(client: TestClient, path: str) -> None:
    """Nothing is generated."""
    response = client.post(path, json={**BODIES[path], "model": "gpt-4o"})
    message = "the model 'gpt-4o' does not exist; GET /v1/models lists what does"
    assert response.status_code == 404
    assert response.json() == error(INVALID, message, "model", "model_not_found")
    assert client.get("/v1/models/gpt-4o").json() == response.json()
    assert client.get("/history").json()["items"] == []


BROKEN: tuple[tuple[str, str, str | None, str | None], ...] = (
    ("{", "JSON decode error", None, None),
    ("[]", "Input should be a valid dictionary or object to extract fields from", None, None),
    ("{}", "model: Field required", "model", "missing_required_parameter"),
    (
        '{"model": "scripted", "prompt": "x", "unknown": 1}',
        "unknown: Extra inputs are not permitted",
        "unknown",
        "unknown_parameter",
    ),
    (
        '{"model": "scripted", "prompt": "x", "n": 9}',
        "n: Input should be less than or equal to 4",
        "n",
        "invalid_value",
    ),
)


def test_a_wrong_body_is_400(client: TestClient) -> None:
    """With the first rule that it breaks."""
    for body, message, param, code in BROKEN:
        headers = {"Content-Type": "application/json"}
        response = client.post("/v1/completions", content=body, headers=headers)
        assert response.status_code == 400
        assert response.json() == error(INVALID, message, param, code)


@pytest.mark.parametrize("path", PATHS)
def test_a_forbidden_word_is_400(client: TestClient, path: str) -> None:
    """In whichever message it stands."""
    words = {"prompt": "I hate it", "messages": [{"role": "system", "content": "I hate it"}]}
    body = {name: words.get(name, value) for name, value in BODIES[path].items()}
    response = client.post(path, json=body)
    assert response.status_code == 400
    assert response.json() == error(INVALID, "the prompt contains the forbidden word 'hate'")


PART = {"type": "text", "text": "x"}
NAMED: tuple[tuple[str, dict[str, Any], str], ...] = (
    (PATHS[0], {"prompt": 5}, "prompt: Input should be a valid string"),
    (PATHS[0], {"prompt": [""]}, "prompt.0: String should have at least 1 character"),
    (PATHS[0], {"stop": ""}, "stop: String should have at least 1 character"),
    (PATHS[0], {"stop": ["a", 5]}, "stop.1: Input should be a valid string"),
    (PATHS[0], {"stop": ["a"] * 5}, "stop: List should have at most 4 items"),
    (PATHS[0], {"metadata": {"a": 1}}, "metadata.a: Input should be a valid string"),
    (PATHS[0], {"key" * 100: 1}, f"{('key' * 100)[:100]}: Extra inputs are not permitted"),
    (PATHS[1], {"messages": [{"role": "user"}]}, "messages.0.content: Field required"),
    (
        PATHS[1],
        {"messages": [{"role": "user", "content": [PART, {"type": "text"}]}]},
        "messages.0.content.1.text: Field required",
    ),
    (
        PATHS[1],
        {"messages": [{"role": "user", "content": [{**PART, "type": "image_url"}]}]},
        "messages.0.content.0.type: Input should be 'text'",
    ),
    (
        PATHS[1],
        {"messages": [{"role": "user", "content": []}]},
        "messages.0.content: List should have at least 1 item",
    ),
)


def test_the_place_of_an_error_is_one_in_the_body(client: TestClient) -> None:
    """Of types that a value may have, the one is told that it was meant for."""
    for path, sent, message in NAMED:
        response = client.post(
            path,
            content=json.dumps({**BODIES[path], **sent}),
            headers={"Content-Type": "application/json"},
        )
        assert response.status_code == 400
        assert response.json()["error"]["message"].startswith(message)
        assert response.json()["error"]["param"] == message.partition(":")[0].partition(".")[0]


@pytest.mark.parametrize("path", [*PATHS, "/v1/models", "/v1/models/scripted"])
def test_a_key_is_wanted(make_client: ClientFactory, path: str) -> None:
    """401 without and with a wrong one, as OpenAI's clients know it; either header will do."""
    client = make_client(api_keys=parse_keys("the-key"))
    method = "POST" if path in BODIES else "GET"

    for headers in ({}, {"Authorization": "Bearer wrong"}):
        refused = client.request(method, path, json=BODIES.get(path), headers=headers)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == 'Bearer realm="gpt2-service"'
        assert refused.json()["error"]["code"] == ("invalid_api_key" if headers else None)
    for headers in ({"Authorization": "Bearer the-key"}, {"X-API-Key": "the-key"}):
        admitted = client.request(method, path, json=BODIES.get(path), headers=headers)
        assert admitted.status_code == 200


def test_too_many_requests_are_429(make_client: ClientFactory) -> None:
    """With the time after which to try again."""
    model = HeldModel()
    client = make_client(model, max_batch=1, max_queue=0)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(client.post, PATHS[0], json=BODIES[PATHS[0]])
        assert model.started.wait(30)
        try:
            refused = client.post(PATHS[0], json=BODIES[PATHS[0]])
        finally:
            model.allow()
        assert running.result().status_code == 200
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    message = "too many requests are waiting; try again later"
    assert refused.json() == error("rate_limit_error", message, code="rate_limit_exceeded")


def test_a_fault_is_500_without_internals(make_client: ClientFactory) -> None:
    """As everywhere."""
    response = make_client(FailingModel()).post(PATHS[0], json=BODIES[PATHS[0]])
    assert response.status_code == 500
    assert response.json() == error("server_error", "internal error")


def test_what_never_reaches_an_operation_has_the_envelope(make_client: ClientFactory) -> None:
    """Unknown paths, methods, media types, and what is too large."""
    client = make_client(max_header_bytes=4096, max_body_bytes=16_384)
    refusals = {
        404: client.get("/v1/embeddings"),
        405: client.get("/v1/completions"),
        413: client.post("/v1/completions", content=b" " * 20_000),
        414: client.get("/v1/models?" + "x" * 4096),
        415: client.post("/v1/completions", content=b"{}", headers={"Content-Type": "text/plain"}),
        431: client.get("/v1/models", headers={"X-Padding": "x" * 4096}),
    }
    for status, response in refusals.items():
        assert response.status_code == status
        assert set(response.json()) == {"error"}
        assert response.json()["error"]["type"] == INVALID
    assert refusals[405].headers["Allow"] == "POST"
    assert client.get("/v1").json() == {"detail": "Not Found"}

"""Requests for texts of one client: what it may not ask for, and whose they are."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from models import HeldModel
from serving import ClientFactory

from gpt2_service.engine.continuous import ContinuousEngine
from gpt2_service.engine.generation import Generation
from gpt2_service.engine.requests import GenerationRequest
from gpt2_service.key_entries import parse_keys

REFUSED_TEXTS = "one client's limit of texts in work is 1; try again later"
REFUSED_REQUESTS = "one client's limit of requests per minute is 1; try again later"
BODIES: dict[str, dict[str, Any]] = {
    "/generate": {"prompt": "x"},
    "/v1/completions": {"model": "scripted", "prompt": "x"},
    "/v1/chat/completions": {
        "model": "scripted",
        "messages": [{"role": "user", "content": "x"}],
    },
}


def refusal(path: str, message: str) -> object:
    if path == "/generate":
        return {"detail": message}
    code = "rate_limit_exceeded"
    return {"error": {"message": message, "type": "rate_limit_error", "param": None, "code": code}}


@pytest.mark.parametrize("path", BODIES)
def test_requests_beyond_the_minutes_are_429(make_client: ClientFactory, path: str) -> None:
    """In the path's shape, streamed or not; whatever makes no text is not limited."""
    client = make_client(client_requests_per_minute=1)
    assert client.post("/generate", json={"prompt": "hate"}).status_code == 400
    assert client.post(path, json=BODIES[path]).status_code == 200
    for more in ({}, {"stream": True}):
        refused = client.post(path, json={**BODIES[path], **more})
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert refused.json() == refusal(path, REFUSED_REQUESTS)
    assert client.get("/history").status_code == client.get("/v1/models").status_code == 200


def test_texts_are_counted_by_label_until_they_end(make_client: ClientFactory) -> None:
    """Two keys of one label are one client, another label is another."""
    model = HeldModel()
    keys = parse_keys("alice=one-key,alice=two-key,bob=other")
    client = make_client(model, client_max_texts=1, api_keys=keys)

    def ask(key: str, **more: object) -> Any:
        body = {"prompt": "x", **more}
        return client.post("/generate", json=body, headers={"X-API-Key": key})

    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(ask, "one-key")]
        assert model.started.wait(30)
        try:
            refused = ask("two-key")
            assert refused.status_code == 429
            assert refused.headers["Retry-After"] == "1"
            assert refused.json() == refusal("/generate", REFUSED_TEXTS)
            running.append(threads.submit(ask, "other"))
        finally:
            model.allow()
        assert [each.result().status_code for each in running] == [200, 200]
    assert ask("two-key").status_code == 200
    assert ask("two-key", stream=True).status_code == 200
    assert ask("one-key", n=2).status_code == 200


def test_without_limits_nobody_is_limited(make_client: ClientFactory) -> None:
    """The default."""
    client = make_client()
    answers = [client.post("/generate", json={"prompt": "x"}) for _ in range(5)]
    assert {each.status_code for each in answers} == {200}


def test_the_engine_hears_whose_a_text_is(
    make_client: ClientFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The label of its key, or its address where there are no keys."""
    heard = []
    submit = ContinuousEngine.submit

    def spy(engine: ContinuousEngine, request: GenerationRequest, client: str) -> Generation:
        heard.append(client)
        return submit(engine, request, client)

    monkeypatch.setattr(ContinuousEngine, "submit", spy)
    body = {"prompt": "x"}
    make_client().post("/generate", json=body)
    guarded = make_client(api_keys=parse_keys("alice=one-key"))
    guarded.post("/generate", json=body, headers={"X-API-Key": "one-key"})
    assert heard == ["testclient", "alice"]

"""How bodies are read: not beyond the limit."""

import json

import pytest
from serving import ClientFactory
from starlette.testclient import TestClient

LIMIT_BYTES = 20_000
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def limited(make_client: ClientFactory) -> TestClient:
    return make_client(max_body_bytes=LIMIT_BYTES)


def body(size: int) -> bytes:
    """A request of exactly `size` bytes."""
    content = json.dumps({"prompt": "x"})
    return content.encode() + b" " * (size - len(content))


def test_a_body_of_the_limit_is_read(limited: TestClient) -> None:
    """Declared or in chunks."""
    content = body(LIMIT_BYTES)
    assert limited.post("/generate", content=content, headers=JSON).status_code == 200
    chunks = iter([content[:9000], content[9000:]])
    assert limited.post("/generate", content=chunks, headers=JSON).status_code == 200


def test_a_larger_body_is_413(limited: TestClient) -> None:
    """Whatever it is declared as, in the documented shape."""
    for headers in (JSON, {"Content-Type": "text/plain"}):
        response = limited.post("/generate", content=body(LIMIT_BYTES + 1), headers=headers)
        assert response.status_code == 413
        assert response.json() == {"detail": f"the body is larger than {LIMIT_BYTES} bytes"}
        assert response.headers["X-Request-ID"]


def test_a_declared_length_is_enough(limited: TestClient) -> None:
    """Whatever follows, for nothing of it is read."""
    headers = {**JSON, "Content-Length": str(LIMIT_BYTES + 1)}
    assert limited.post("/generate", content=iter([b"{}"]), headers=headers).status_code == 413


def test_chunks_are_counted(limited: TestClient) -> None:
    """The first byte beyond the limit is the last that is read."""
    content = body(LIMIT_BYTES + 1)
    response = limited.post("/generate", content=iter([content]), headers=JSON)
    assert response.status_code == 413


def test_operations_without_a_body_read_none(limited: TestClient) -> None:
    """So its size does not matter."""
    response = limited.request("GET", "/health", content=body(LIMIT_BYTES + 1))
    assert response.status_code == 200

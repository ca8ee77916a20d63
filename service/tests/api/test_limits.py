"""How large a request's head may be."""

import pytest
from serving import ClientFactory
from starlette.testclient import TestClient

LIMIT_BYTES = 5000


@pytest.fixture
def limited(make_client: ClientFactory) -> TestClient:
    client = make_client(max_header_bytes=LIMIT_BYTES)
    client.headers.clear()
    return client


def head_bytes(client: TestClient) -> int:
    """What the client sends of itself, as the limit counts it."""
    request = client.build_request("GET", "/health")
    return sum(len(name) + len(value) + 4 for name, value in request.headers.raw)


def test_a_head_of_the_limit_is_read(limited: TestClient) -> None:
    """Names, values, colons and line ends count."""
    room = LIMIT_BYTES - head_bytes(limited) - len("X-Padding") - 4
    assert limited.get("/health", headers={"X-Padding": "x" * room}).status_code == 200
    response = limited.get("/health", headers={"X-Padding": "x" * (room + 1)})
    assert response.status_code == 431
    assert response.json() == {"detail": f"the header fields are larger than {LIMIT_BYTES} bytes"}
    assert response.headers["X-Request-ID"]


@pytest.mark.parametrize("path", ["/health", "/generate", "/nothing"])
def test_many_fields_are_as_large_as_one(limited: TestClient, path: str) -> None:
    """On every path, before anything else of the request is looked at."""
    headers = {f"X-{number}": "x" * 60 for number in range(100)}
    assert limited.get(path, headers=headers).status_code == 431


def test_a_long_target_is_414(limited: TestClient) -> None:
    """Path and query together."""
    room = LIMIT_BYTES - len("/history") - len("x=")
    assert limited.get("/history?x=" + "y" * room).status_code == 200
    response = limited.get("/history?x=" + "y" * (room + 1))
    assert response.status_code == 414
    assert response.json() == {"detail": f"path and query are longer than {LIMIT_BYTES} bytes"}

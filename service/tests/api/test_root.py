"""GET / and what holds for every path."""

import pytest
from starlette.testclient import TestClient


def test_the_root_welcomes(client: TestClient) -> None:
    """A message and a status."""
    response = client.get("/")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert "/generate" in response.json()["message"]


@pytest.mark.parametrize("path", ["/nothing", "/history/", "/health/", "/history/1/2"])
def test_an_unknown_path_is_404(client: TestClient, path: str) -> None:
    """Without redirects, in the documented shape."""
    response = client.get(path, follow_redirects=False)
    assert response.status_code == 404
    assert response.json() == {"detail": "Not Found"}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        (method, path, allowed)
        for path, allowed in (
            ("/", {"GET", "HEAD"}),
            ("/health", {"GET", "HEAD"}),
            ("/livez", {"GET", "HEAD"}),
            ("/readyz", {"GET", "HEAD"}),
            ("/generate", {"POST"}),
            ("/history/1", {"GET", "HEAD", "DELETE"}),
            ("/openapi.json", {"GET", "HEAD"}),
        )
        for method in ("DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "QUERY")
        if method not in allowed
    ],
)
def test_a_wrong_method_is_405_with_all_methods(
    client: TestClient, method: str, path: str, allowed: set[str]
) -> None:
    """`Allow` lists what the path has (RFC 9110, section 15.5.6)."""
    response = client.request(method, path)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == allowed
    assert response.json() == {"detail": "Method Not Allowed"}


def test_head_is_get_without_the_body(client: TestClient) -> None:
    """Same status and headers (RFC 9110, section 9.3.2)."""
    get, head = client.get("/history"), client.head("/history")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_head_of_a_path_without_get_is_405(client: TestClient) -> None:
    """HEAD exists where GET does."""
    assert client.head("/generate").headers["Allow"] == "POST"

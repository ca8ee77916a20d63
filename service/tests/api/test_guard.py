"""Which operations ask for a key, and what they answer without."""

import pytest
from serving import ClientFactory
from starlette.testclient import TestClient

from gpt2_service.key_entries import parse_keys

OPEN = ("/", "/health", "/livez", "/readyz", "/openapi.json", "/docs", "/page/page.js")
GUARDED = ("/history", "/history/1", "/metrics", "/health/detailed")
KEY = {"X-API-Key": "the-key"}


@pytest.fixture
def guarded(make_client: ClientFactory) -> TestClient:
    return make_client(api_keys=parse_keys("the-key,another"))


@pytest.mark.parametrize("path", OPEN)
def test_what_tells_nothing_of_the_use_stays_open(guarded: TestClient, path: str) -> None:
    """Probes can carry no key."""
    assert guarded.get(path).status_code == 200


@pytest.mark.parametrize("path", GUARDED)
def test_without_a_key_it_is_401(guarded: TestClient, path: str) -> None:
    """With the challenge that RFC 9110 wants, in the documented shape."""
    response = guarded.get(path)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="gpt2-service"'
    assert set(response.json()) == {"detail"}
    assert response.headers["X-Request-ID"]


@pytest.mark.parametrize("path", GUARDED)
def test_with_a_wrong_key_it_is_403(guarded: TestClient, path: str) -> None:
    """In either header."""
    for headers in ({"X-API-Key": "wrong"}, {"Authorization": "Bearer wrong"}):
        response = guarded.get(path, headers=headers)
        assert response.status_code == 403
        assert response.json() == {"detail": "invalid API key"}


@pytest.mark.parametrize("path", GUARDED)
def test_with_a_key_it_is_as_without_keys(guarded: TestClient, path: str) -> None:
    """Either key, in either header."""
    for headers in (KEY, {"Authorization": "Bearer another"}):
        assert guarded.get(path, headers=headers).status_code in (200, 404)


def test_generation_asks_for_a_key_before_it_reads(guarded: TestClient) -> None:
    """Whoever has none learns nothing of the rules, and a large body is not read."""
    for content in (b"{", b"x" * 100_000):
        assert guarded.post("/generate", content=content).status_code == 401
    assert guarded.post("/generate", json={"prompt": "x"}).status_code == 401
    assert guarded.post("/generate", json={"prompt": "x"}, headers=KEY).status_code == 200


def test_a_delete_asks_for_a_key(guarded: TestClient) -> None:
    """And leaves the record where there is none, or a wrong one."""
    record = guarded.post("/generate", json={"prompt": "x"}, headers=KEY).json()
    path = f"/history/{record['id']}"
    assert guarded.delete(path).status_code == 401
    assert guarded.delete(path, headers={"X-API-Key": "wrong"}).status_code == 403
    assert guarded.get(path, headers=KEY).json() == record
    assert guarded.delete(path, headers=KEY).status_code == 204


def test_a_wrong_path_or_method_is_told_without_a_key(guarded: TestClient) -> None:
    """As the open document says them anyway."""
    assert guarded.get("/nothing").status_code == 404
    assert guarded.get("/generate").status_code == 405


def test_the_served_document_says_that_a_key_is_wanted(
    guarded: TestClient, client: TestClient
) -> None:
    """No key is a way in only where there are no keys; else the documents are the same."""
    with_keys, without = guarded.get("/openapi.json").json(), client.get("/openapi.json").json()
    for path in GUARDED[:2]:
        place = path.replace("1", "{record_id}")
        for method, operation in with_keys["paths"][place].items():
            security = operation.pop("security")
            assert security == [{"apiKey": []}, {"bearer": []}]
            assert without["paths"][place][method].pop("security") == [{}, *security]
    assert with_keys["components"] == without["components"]
    assert with_keys["paths"]["/history"] == without["paths"]["/history"]

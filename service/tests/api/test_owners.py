"""Whose records are whose, where keys are handed out."""

import logging
from pathlib import Path
from typing import Any

import pytest
from serving import ClientFactory
from starlette.testclient import TestClient

from gpt2_service.key_entries import parse_keys

ALICE = {"X-API-Key": "alices-key"}
ALICES_OTHER = {"Authorization": "Bearer alices-other-key"}
BOB = {"X-API-Key": "bobs-key"}
KEYS = parse_keys("alice=alices-key,bob=bobs-key,alice=alices-other-key")


@pytest.fixture
def keyed(make_client: ClientFactory) -> TestClient:
    return make_client(api_keys=KEYS)


def generate(client: TestClient, headers: dict[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = client.post("/generate", json={"prompt": "x"}, headers=headers).json()
    return record


def test_a_key_sees_the_records_of_its_label_alone(keyed: TestClient) -> None:
    """Any other does not exist for it: not in reads, lists and filters, nor for deletes."""
    first, theirs, last = (generate(keyed, headers) for headers in (ALICE, BOB, ALICES_OTHER))
    for query in ("", "?model=scripted", "?before=100&model=scripted"):
        for headers, own in (
            (ALICE, [last, first]),
            (ALICES_OTHER, [last, first]),
            (BOB, [theirs]),
        ):
            page = keyed.get(f"/history{query}", headers=headers).json()
            assert page == {"items": own, "next_before": None}
    path = f"/history/{theirs['id']}"
    for method in ("GET", "DELETE"):
        response = keyed.request(method, path, headers=ALICE)
        assert response.status_code == 404
        assert response.json() == {"detail": f"record {theirs['id']} does not exist"}
    assert keyed.get(path, headers=BOB).json() == theirs
    assert keyed.delete(path, headers=BOB).status_code == 204


def test_texts_below_v1_have_an_owner_too(keyed: TestClient) -> None:
    """Whole and streamed."""
    body = {"model": "scripted", "prompt": "x", "stream": True}
    assert keyed.post("/v1/completions", json=body, headers=BOB).status_code == 200
    (record,) = keyed.get("/history", headers=BOB).json()["items"]
    assert keyed.get(f"/history/{record['id']}", headers=ALICE).status_code == 404


def test_without_keys_what_nobody_owns_is_seen_and_nothing_else(
    make_client: ClientFactory, keyed: TestClient
) -> None:
    """So that neither handing keys out nor taking them back shows a record to somebody else."""
    owned = generate(keyed, ALICE)
    open_to_all = make_client()
    shared = generate(open_to_all, {})
    assert open_to_all.get("/history").json()["items"] == [shared]
    assert open_to_all.delete(f"/history/{owned['id']}").status_code == 404
    assert keyed.get("/history", headers=ALICE).json()["items"] == [owned]
    assert keyed.get(f"/history/{shared['id']}", headers=ALICE).status_code == 404


def test_the_log_names_the_label_and_never_the_key(
    keyed: TestClient, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does the database hold a key."""
    caplog.set_level(logging.DEBUG)
    generate(keyed, BOB)
    keyed.head("/history", headers=ALICE)
    keyed.get("/history", headers={"X-API-Key": "wrong"})
    fields = [entry.__dict__["fields"] for entry in caplog.records if entry.message == "request"]
    assert [each.get("key_label") for each in fields] == ["bob", "alice", None]
    logged = "".join(str(entry.__dict__) for entry in caplog.records)
    stored = b"".join(path.read_bytes() for path in database.parent.glob("history.db*"))
    for key in KEYS:
        assert key.key not in logged
        assert key.key.encode() not in stored

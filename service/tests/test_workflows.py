"""What a client does across several endpoints."""

from typing import Any

from serving import ClientFactory
from starlette.testclient import TestClient


def test_what_is_generated_can_be_read_and_listed(client: TestClient) -> None:
    """The answer, the record and the list's entry are the same object."""
    answer = client.post("/generate", json={"prompt": "Once upon a time"}).json()
    assert client.get(f"/history/{answer['id']}").json() == answer
    assert client.get("/history").json() == {"items": [answer], "next_before": None}


def test_a_refused_prompt_leaves_no_record(client: TestClient) -> None:
    """Neither a forbidden one nor an invalid one."""
    assert client.post("/generate", json={"prompt": "I hate it"}).status_code == 400
    assert client.post("/generate", json={"prompt": ""}).status_code == 422
    assert client.get("/history").json()["items"] == []


def test_walking_the_pages_meets_every_record_once(
    client: TestClient, records: list[dict[str, Any]]
) -> None:
    """A record that arrives meanwhile moves nothing."""
    seen: list[int] = []
    url = "/history?limit=2"
    while True:
        page = client.get(url).json()
        seen += [record["id"] for record in page["items"]]
        if page["next_before"] is None:
            break
        client.post("/generate", json={"prompt": "meanwhile"})
        url = f"/history?limit=2&before={page['next_before']}"
    assert seen == [record["id"] for record in reversed(records)]


def test_a_new_application_on_the_database_has_the_records(make_client: ClientFactory) -> None:
    """The history outlives the process."""
    record = make_client().post("/generate", json={"prompt": "kept"}).json()
    assert make_client().get(f"/history/{record['id']}").json() == record

"""The history: its list, one record, and deleting that."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

Records = list[dict[str, Any]]
MAX_ID = 2**63 - 1


def ids(page: dict[str, Any]) -> list[int]:
    return [record["id"] for record in page["items"]]


def test_an_empty_history_is_an_empty_page(client: TestClient) -> None:
    """No record and no next page."""
    assert client.get("/history").json() == {"items": [], "next_before": None}


def test_newest_first(client: TestClient, records: Records) -> None:
    """In the order of ids, downwards."""
    assert client.get("/history").json()["items"] == records[::-1]


def test_a_page_says_where_the_next_one_starts(client: TestClient, records: Records) -> None:
    """Only when there is one."""
    page = client.get("/history?limit=3").json()
    assert ids(page) == [5, 4, 3]
    assert page["next_before"] == 3
    last = client.get("/history?limit=3&before=3").json()
    assert ids(last) == [2, 1]
    assert last["next_before"] is None
    assert len(records) == 5


def test_a_full_last_page_has_no_next(client: TestClient, records: Records) -> None:
    """Not even when it holds exactly `limit` records."""
    page = client.get(f"/history?limit={len(records)}").json()
    assert (len(page["items"]), page["next_before"]) == (5, None)


@pytest.mark.parametrize(("before", "expected"), [(1, []), (2, [1]), (999, [5, 4, 3, 2, 1])])
def test_any_id_is_a_cursor(
    client: TestClient, records: Records, before: int, expected: list[int]
) -> None:
    """Whether there is such a record or not."""
    assert records
    assert ids(client.get(f"/history?before={before}").json()) == expected
    assert client.get(f"/history?before={MAX_ID}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "limit=", "limit=x", "limit=1e1", "limit=1.0", "limit=01"),
        *("limit=%2B1", "limit=1_0", "limit=%201", "limit=%D9%A1", "limit=" + "9" * 5000),
        *("before=0", "before=-1", f"before={MAX_ID + 1}", "before=", "before=null"),
    ],
    ids=lambda query: query[:16],
)
def test_a_wrong_parameter_is_422(client: TestClient, query: str) -> None:
    """Numbers are digits and nothing else."""
    response = client.get(f"/history?{query}")
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["query", query.partition("=")[0]]


def test_unknown_parameters_are_ignored(client: TestClient, records: Records) -> None:
    """As the document says."""
    assert client.get("/history?x=1").json()["items"] == records[::-1]


def test_a_record_is_found_by_its_id(client: TestClient, records: Records) -> None:
    """It is what the list holds."""
    assert client.get("/history/2").json() == records[1]


@pytest.mark.parametrize("record_id", [6, MAX_ID])
def test_no_such_record_is_404(client: TestClient, records: Records, record_id: int) -> None:
    """The detail names the id."""
    assert records
    response = client.get(f"/history/{record_id}")
    assert response.status_code == 404
    assert response.json() == {"detail": f"record {record_id} does not exist"}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("record_id", ["0", "-1", "abc", "1.0", "%00", str(MAX_ID + 1)])
def test_what_is_no_id_is_422(client: TestClient, record_id: str, method: str) -> None:
    """Told apart from an id that nobody has."""
    assert client.request(method, f"/history/{record_id}").status_code == 422


def test_a_deleted_record_is_gone(client: TestClient, records: Records) -> None:
    """From reads and lists; the others stay as they were."""
    response = client.delete("/history/2")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["X-Request-ID"]
    assert client.get("/history/2").status_code == 404
    assert client.get("/history").json()["items"] == [*records[:1:-1], records[0]]
    assert ids(client.get("/history?model=scripted&before=3").json()) == [1]


def test_what_is_not_there_cannot_be_deleted(client: TestClient, records: Records) -> None:
    """A second time, or what never was: 404, as reading it."""
    assert client.delete("/history/5").status_code == 204
    for record_id in (5, len(records) + 1, MAX_ID):
        response = client.delete(f"/history/{record_id}")
        assert response.status_code == 404
        assert response.json() == {"detail": f"record {record_id} does not exist"}


def test_a_delete_that_cannot_be_written_is_503(client: TestClient, database: Path) -> None:
    """With the time after which to try again, as for a record that cannot be stored."""
    database.rename(database.with_suffix(".gone"))
    response = client.delete("/history/1")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_filters_keep_what_matches_all_of_them(client: TestClient, records: Records) -> None:
    """The start of a span belongs to it, its end does not."""
    second, fourth = records[1]["created_at"], records[3]["created_at"]
    for query, expected in (
        ({"model": "scripted"}, [5, 4, 3, 2, 1]),
        ({"model": "other"}, []),
        ({"created_from": second}, [5, 4, 3, 2]),
        ({"created_to": fourth}, [3, 2, 1]),
        ({"created_from": second, "created_to": fourth}, [3, 2]),
        ({"model": "scripted", "created_from": second, "created_to": fourth}, [3, 2]),
        ({"model": "other", "created_from": second}, []),
        ({"created_from": fourth, "created_to": second}, []),
    ):
        assert ids(client.get("/history", params=query).json()) == expected


def test_a_filtered_list_has_pages_too(client: TestClient, records: Records) -> None:
    """The next one takes the same filter."""
    query = {"created_to": records[4]["created_at"], "limit": 3}
    page = client.get("/history", params=query).json()
    assert (ids(page), page["next_before"]) == ([4, 3, 2], 2)
    last = client.get("/history", params={**query, "before": page["next_before"]}).json()
    assert (ids(last), last["next_before"]) == ([1], None)


@pytest.mark.parametrize(
    "query",
    [
        *("model=", "model=" + "x" * 257, "created_from=yesterday", "created_to=2026-01-31"),
        *("created_from=", "created_from=0", "created_from=2026-01-31T12:00:00+01:00"),
    ],
    ids=lambda query: query[:24],
)
def test_a_wrong_filter_is_422(client: TestClient, query: str) -> None:
    """Moments are those of RFC 3339, and a + in a query is a blank."""
    response = client.get(f"/history?{query}")
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["query", query.partition("=")[0]]

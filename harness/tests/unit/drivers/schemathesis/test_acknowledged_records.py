"""Which acknowledged records must still be found, after whatever else was sent."""

import json

import pytest

from boxproof.drivers.schemathesis.acknowledged_records import AcknowledgedRecords
from boxproof.drivers.schemathesis.wire import Records
from boxproof.journal import Body
from boxproof.journal.entries import Requested

NOTES = Records("POST", "/write", (200, 201), "/id", "/teams/{team}/notes/{id}")
PATHS = ("/teams/{team}/notes/{note_id}", "/teams/{team}/notes/all", "/teams/{name}/notes")


def exchange(method: str, path: str, status: int | None, body: object = None) -> Requested:
    content = Body.of(json.dumps(body).encode())
    return Requested(method=method, url=f"http://h{path}", began=0.0, status=status, body=content)


def acknowledged(*ids: int) -> AcknowledgedRecords:
    """Notes that were made, of a service whose document is known."""
    notes = AcknowledgedRecords(NOTES)
    notes.know(PATHS)
    for each in ids:
        notes.acknowledge(exchange("POST", "/write", 201, {"id": each}))
    return notes


def expected(notes: AcknowledgedRecords) -> list[int]:
    """Which of the notes 1, 2 and 3 must be found."""
    return [each for each in (1, 2, 3) if notes.expects(f"/teams/a/notes/{each}")]


@pytest.mark.parametrize(
    ("method", "path", "left"),
    [
        ("DELETE", "/teams/a/notes/1", [2]),
        ("DELETE", "/teams/a/notes/1/links/4", [2]),
        ("POST", "/teams/a/notes/1/delete", [2]),
        ("POST", "/teams/a/notes/1:archive", [2]),
        ("PUT", "/teams/a/notes/1", [2]),
        # Of no record that was acknowledged.
        ("DELETE", "/teams/a/notes/9", [1, 2]),
        ("DELETE", "/teams/a/notes?before=2020-01-01T00:00:00Z", []),
        ("DELETE", "/teams/a/notes/", []),
        ("DELETE", "/teams/a/notes/all", []),
        ("POST", "/teams/a/notes/all/delete", []),
        ("POST", "/teams/a/notes:batchDelete", []),
        ("POST", "/teams/a/notes", []),
        ("PUT", "/teams/a/notes", []),
        ("DELETE", "/teams/a", []),
        ("DELETE", "/write", []),
        ("DELETE", "/write/everything", []),
        # With the notes that belong to it, perhaps.
        ("DELETE", "/users/5", []),
        ("PATCH", "/users/5", [1, 2]),
        ("POST", "/read", [1, 2]),
        ("GET", "/teams/a/notes", [1, 2]),
        ("HEAD", "/teams/a/notes/1", [1, 2]),
    ],
)
def test_what_may_have_been_removed_is_not_expected(
    method: str, path: str, left: list[int]
) -> None:
    """And is doubtful; what is made afterwards is expected."""
    notes = acknowledged(1, 2)
    notes.forget(exchange(method, path, 200))
    assert expected(notes) == left
    doubtful = [each for each in (1, 2) if notes.doubts(f"/teams/a/notes/{each}")]
    assert doubtful == [each for each in (1, 2) if each not in left]
    notes.acknowledge(exchange("POST", "/write", 201, {"id": 3}))
    assert expected(notes) == [*left, 3]


@pytest.mark.parametrize(
    ("status", "left", "later"),
    [
        *((each, [], [3]) for each in (200, 204, 207, 303, 500, 503)),
        *((each, [1, 2], [1, 2, 3]) for each in (400, 404, 405, 422)),
        # It may be done at any time from now on.
        *((each, [], []) for each in (202, 504, None)),
    ],
)
def test_only_a_refusal_says_that_nothing_was_removed(
    status: int | None, left: list[int], later: list[int]
) -> None:
    """What is not answered may be done, and what is done later may remove what is made by then."""
    notes = acknowledged(1, 2)
    notes.forget(exchange("DELETE", "/teams/a/notes", status))
    assert expected(notes) == left
    notes.acknowledge(exchange("POST", "/write", 201, {"id": 3}))
    assert expected(notes) == later


@pytest.mark.parametrize("status", [202, None])
def test_what_may_remove_one_record_later_leaves_the_others(status: int | None) -> None:
    """Those that are made afterwards, too."""
    notes = acknowledged(1, 2)
    notes.forget(exchange("DELETE", "/teams/a/notes/1", status))
    notes.acknowledge(exchange("POST", "/write", 201, {"id": 3}))
    assert expected(notes) == [2, 3]


def test_only_an_acknowledgement_makes_a_record_expected() -> None:
    """With its id in it, and with a status of success."""
    notes = AcknowledgedRecords(NOTES)
    assert notes.makes(exchange("POST", "/write", 500))
    assert not notes.makes(exchange("POST", "/write/1", 201))
    notes.acknowledge(exchange("POST", "/write", 500, {"id": 1}))
    notes.acknowledge(exchange("POST", "/write", 201, {"name": 2}))
    notes.acknowledge(exchange("POST", "/write", 201, {"id": "a b"}))
    assert expected(notes) == []
    assert notes.expects("/teams/a/notes/a%20b")
    assert notes.is_asked("/teams/a/notes/1")
    assert not notes.is_asked("/teams/a/notes/1/links")

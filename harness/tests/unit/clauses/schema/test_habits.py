"""Known habits are named with how to mend them, and nothing else is called one."""

import pytest

from boxproof.clauses.schema.habits import HABITS, habit_of
from boxproof.probes.answer_shape import shape_of
from boxproof.probes.fuzzing import Failure, Received

JSON = "application/json"
STATUS, TYPE = "status_code_conformance", "content_type_conformance"


def failure(check: str, status: int, media: str, body: bytes) -> Failure:
    answer = Received(status, {}, body, shape_of(status, media, body))
    return Failure(check, "GET /", "fuzzing", "Odd", answer=answer)


#: What the frameworks answer, as they were seen to.
SEEN = [
    ("allow_header_conformance", 405, JSON, b'{"detail":"Method Not Allowed"}'),
    (STATUS, 422, JSON, b'{"detail":[{"type":"missing","loc":["body"],"msg":"Field required"}]}'),
    (STATUS, 400, JSON, b'{"detail":"There was an error parsing the body"}'),
    (STATUS, 404, JSON, b'{"detail":"no such note"}'),
    (STATUS, 307, "", b""),
    (TYPE, 404, "text/html", b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>"),
    ("unsupported_method", 405, "text/html", b"<html><title>405: Method Not Allowed</title>"),
    (STATUS, 404, "text/html", b"<html><title>404: Not Found</title><body>404</body></html>"),
    (STATUS, 404, JSON, b'{"error": "unknown"}'),
]


def test_every_habit_is_known_by_what_was_seen() -> None:
    """Each by one answer, and no two by the same."""
    assert [habit_of(failure(*each)) for each in SEEN] == [each.advice for each in HABITS]


@pytest.mark.parametrize(
    ("check", "status", "media", "body"),
    [
        ("not_a_server_error", 500, "text/plain", b"Internal Server Error"),
        ("response_schema_conformance", 404, JSON, b'{"detail": "no such note"}'),
        (STATUS, 422, JSON, b'{"error": "no"}'),
        (TYPE, 404, "text/html", b"<html><body>our own page"),
        ("unsupported_method", 200, JSON, b"{}"),
    ],
)
def test_a_fault_is_nobodys_habit(check: str, status: int, media: str, body: bytes) -> None:
    """What only resembles one is told without advice."""
    assert habit_of(failure(check, status, media, body)) == ""


def test_a_request_without_an_answer_has_no_habit() -> None:
    """There is nothing to know one by."""
    assert habit_of(Failure("no_answer", "GET /", "fuzzing", "No answer")) == ""

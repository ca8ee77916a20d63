"""Answers of one cause look alike, whatever stands in them."""

import pytest

from boxproof.probes.answer_shape import message_of, shape_of

JSON = "application/json"


@pytest.mark.parametrize(
    ("status", "media", "body", "shape"),
    [
        (404, JSON, b'{"detail": "a"}', "application/json {detail}"),
        (404, f"{JSON}; charset=utf-8", b'{"detail": null}', "application/json {detail}"),
        (
            422,
            JSON,
            b'{"detail": [{}], "at": {}}',
            "application/json {at: {\u2026}, detail: [\u2026]}",
        ),
        (200, JSON, b'{"id": 1}', "application/json object"),
        (200, JSON, b"[]", "application/json array"),
        (400, JSON, b'"no"', JSON),
        (500, "Text/Plain", b"oops", "text/plain"),
        (204, "", b"", "no media type, no body"),
        (500, JSON, b"{", JSON),
        (500, JSON, b"[" * 100_000, JSON),
    ],
)
def test_an_answer_has_its_media_type_and_the_fields_of_an_error(
    status: int, media: str, body: bytes, shape: str
) -> None:
    """What an operation returns is its own; what an error has is the cause's."""
    assert shape_of(status, media, body) == shape


def test_fields_that_a_service_chose_fit_a_line() -> None:
    """Few, short, and without control characters."""
    body = "{" + ",".join(f'"{n}\\u001b{"x" * 99}": 1' for n in range(20)) + "}"
    shape = shape_of(400, JSON, body.encode())
    assert shape.isprintable()
    assert len(shape) < 500
    assert shape.endswith("\u2026, \u2026}")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"detail": {"error": "No database is connected"}}', "No database is connected"),
        (b'{"code": "E12", "error": "Note 17 is locked by \'me\'"}', "Note # is locked by #"),
        (b'{"detail": "Internal Server Error"}', ""),
        (b'{"message": "Unhandled error", "reason": null}', ""),
        (b'{"error": {"type": "internal_server_error", "message": "unexpected"}}', ""),
        (b"Internal Server Error", ""),
        (b'{"error": "Traceback (most recent call last):\\n  File \\"a.py\\", line 1"}', ""),
        (b'{"title": "An error occurred while processing your request."}', ""),
        (b'{"error": "no such \\"id\\"", "sent": "a text that is much longer"}', "no such #"),
        (b"[" * 100_000, ""),
        (b'{"error": "1 validation error:\\n  {\'loc\': 3}"}', "# validation error"),
        (
            b'{"error": "(pymysql.err.OperationalError) (1146, \\"x\\")"}',
            "(pymysql.err.OperationalError) (#, #)",
        ),
        (b'{"error": "Array [5] out of range"}', "Array [#] out of range"),
        (b'{"error": "2 errors: [{\'loc\': 3}]"}', "# errors"),
        (
            b'{"error": "expected a list (of texts) [or none]"}',
            "expected a list (of texts) [or none]",
        ),
        (b'{"detail": "no \\u001b[31m colour"}', "no ?[#m colour"),
        (b'{"detail": "' + b"so long " * 20 + b'"}', "so long " * 7 + "so l…"),
    ],
)
def test_an_error_is_told_from_others_by_what_it_says(body: bytes, said: str) -> None:
    """Without numbers and what is quoted, which are another's at the next request."""
    assert message_of(body) == said

"""Moments of RFC 3339."""

from datetime import UTC, datetime

import pytest
from pydantic_core import PydanticCustomError

from gpt2_service.api.rfc3339 import date_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31t12:00:00z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00+02:30", datetime(2026, 1, 31, 9, 30, tzinfo=UTC)),
        ("2026-01-31T23:00:00-02:00", datetime(2026, 2, 1, 1, tzinfo=UTC)),
        ("2026-01-31T12:00:00.5Z", datetime(2026, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-31T12:00:00.0000010Z", datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=UTC)),
        # Rounded up: what was stored at ...01 is not before it.
        ("2026-01-31T12:00:00.0000001Z", datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=UTC)),
        ("2026-01-31T12:00:00.9999999Z", datetime(2026, 1, 31, 12, 0, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("0000-02-29T00:00:00Z", datetime(4, 2, 29, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:59", datetime.min.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:60-23:59", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(text: str, expected: datetime) -> None:
    """Every form that RFC 3339 has, to its edges."""
    assert date_time(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "1769860800"),
        *("2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:00:61Z"),
        *("2026-01-31T12:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+24:00"),
        *("2026-01-31T12:00:00+0200", "2026-01-31T12:00:00Z ", "\u0662026-01-31T12:00:00Z"),
        *("2026-01-31T12:00:00 02:00", "26-01-31T12:00:00Z", "2026-13-01T12:00:00Z"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Also what Python's own parser would take; the message tells of the + in a query."""
    with pytest.raises(PydanticCustomError, match=r"RFC 3339.*%2B"):
        date_time(text)


def test_what_is_no_text_is_left_to_pydantic() -> None:
    """Such as the default."""
    assert date_time(None) is None

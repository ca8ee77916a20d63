"""Moments in time as RFC 3339 writes them (section 5.6)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from pydantic_core import PydanticCustomError

DATE_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})[Tt]"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<offset_hour>[01][0-9]|2[0-3]):(?P<offset_minute>[0-5][0-9]))"
)
LEAP_SECOND = 60
FRACTION_DIGITS = 6


def date_time(value: Any) -> Any:
    """Read a moment, in UTC; raises PydanticCustomError for what RFC 3339 does not allow.

    Rounded up to microseconds, the unit of the history: "from" and "before" the rounded moment
    choose the same records. A leap second counts as the second after it. Moments that Python cannot
    hold count as the first or the last that it can.
    """
    if not isinstance(value, str):
        return value
    match = DATE_TIME.fullmatch(value)
    try:
        if match is None:
            raise ValueError
        return _moment(match)
    except ValueError:
        raise PydanticCustomError(
            "rfc3339_date_time",
            "Input should be a date and time of RFC 3339, such as 2026-01-31T12:00:00Z; "
            "a + is written %2B in a query",
        ) from None


def _moment(match: re.Match[str]) -> datetime:
    year, month, day = (int(match[name]) for name in ("year", "month", "day"))
    hour, minute, second = (int(match[name]) for name in ("hour", "minute", "second"))
    leap = second == LEAP_SECOND
    # Year 0 is a leap year of RFC 3339 and none of Python's: year 4 has the same days.
    local = datetime(year or 4, month, day, hour, minute, 59 if leap else second)
    digits = match["fraction"] or ""
    microseconds = int(digits[:FRACTION_DIGITS].ljust(FRACTION_DIGITS, "0"))
    if digits[FRACTION_DIGITS:].strip("0"):
        microseconds += 1
    offset = timedelta(
        hours=int(match["offset_hour"] or 0), minutes=int(match["offset_minute"] or 0)
    )
    zone = timezone(-offset if match["sign"] == "-" else offset)
    try:
        later = local + timedelta(seconds=1 if leap else 0, microseconds=microseconds)
        return later.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return (datetime.min if local.year < 5000 else datetime.max).replace(tzinfo=UTC)

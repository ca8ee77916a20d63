"""Server-sent events are read as a browser reads them."""

import pytest

from boxproof.probes.event_stream import events


def told(stream: bytes) -> list[tuple[str, str]]:
    """Type and data of each event."""
    return [(each.kind, each.data) for each in events(stream).told]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_in_three_ways(end: bytes) -> None:
    """Data of several lines is joined; one space after the colon is none of it."""
    stream = end.join([b": here", b"event: token", b"data: a", b"data:  b", b"", b""])
    assert told(stream) == [("token", "a\n b")]
    assert not events(stream).lost


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    """One at the beginning is skipped."""
    assert told(b"\xef\xbb\xbfdata: a\n\n") == [("message", "a")]


def test_an_event_without_data_tells_nothing() -> None:
    """Its type is that of no later event."""
    assert told(b"event: ping\n\ndata: a\n\n") == [("message", "a")]


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (b'data: {\n"a": 1}\n\n', "no field that clients know"),
        (b"Data: a\n\n", "no field that clients know"),
        (b"retry: soon\n\n", "no number of milliseconds"),
        (b"id: a\0b\n\n", "whose id holds NUL"),
        (b"data: a\n\ndata: b\n", "no empty line ends"),
        (b"data: a", "no empty line ends"),
    ],
)
def test_what_a_client_throws_away_is_told(stream: bytes, said: str) -> None:
    """Each loss names its line."""
    (lost,) = events(stream).lost
    assert said in lost


def test_an_event_ends_with_its_empty_line() -> None:
    """So that it is known when it had come."""
    assert [each.end for each in events(b"data: a\n\ndata: b\n\n").told] == [9, 18]

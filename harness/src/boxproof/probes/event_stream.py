"""Server-sent events, read as a browser reads them, and what it would throw away.

Rules: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\n|\r)")
FIELDS = ("data", "event", "id", "retry")
SHOWN_BYTES = 80


@dataclass(frozen=True, slots=True)
class Event:
    """One event that a client is told of.

    Attributes:
        kind: its type, ``message`` where none is given.
        raw: its data as it came; :attr:`data` shows what is not UTF-8 as U+FFFD.
        end: where in the stream it was complete, in bytes.
    """

    kind: str
    raw: bytes
    end: int

    @property
    def data(self) -> str:
        """Its data."""
        return self.raw.decode("utf-8", "replace")


@dataclass(slots=True)
class Events:
    """The events of a stream.

    Attributes:
        lost: what a client throws away, each in a few words.
    """

    told: list[Event] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def events(stream: bytes) -> Events:
    """The events of a whole stream."""
    found = Events()
    kind, data, begun = b"", list[bytes](), False
    for line, end in _lines(stream):
        if not line:
            if data:
                name = kind.decode("utf-8", "replace") or "message"
                found.told.append(Event(name, b"\n".join(data), end))
            kind, data, begun = b"", [], False
            continue
        if line.startswith(b":"):
            continue
        field_name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        found.lost.extend(_loss(field_name, value))
        begun = True
        if field_name == b"data":
            data.append(value)
        elif field_name == b"event":
            kind = value
    if begun:
        found.lost.append("its last event, which no empty line ends")
    return found


def _lines(stream: bytes) -> Iterator[tuple[bytes, int]]:
    """Each line without its end, and where the next one begins; a last one without end as well."""
    start = len(BYTE_ORDER_MARK) if stream.startswith(BYTE_ORDER_MARK) else 0
    for found in LINE.finditer(stream, start):
        yield found[1], found.end()
        start = found.end()
    if start < len(stream):
        yield stream[start:], len(stream)


def _loss(name: bytes, value: bytes) -> Iterator[str]:
    """Why a client throws a line away, where it does."""
    shown = (name + b": " + value)[:SHOWN_BYTES].decode("utf-8", "backslashreplace")
    if name.decode("utf-8", "replace") not in FIELDS:
        yield f"the line {shown!r}, which is no comment, and no field that clients know"
    elif name == b"retry" and not re.fullmatch(rb"[0-9]+", value):
        yield f"the line {shown!r}, which holds no number of milliseconds"
    elif name == b"id" and b"\0" in value:
        yield f"the line {shown!r}, whose id holds NUL"

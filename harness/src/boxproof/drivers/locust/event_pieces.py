"""The pieces of text that a stream of events brings, each as soon as it is there."""

import json
from collections.abc import Iterator
from typing import Protocol

from boxproof.config.text_streaming import Streaming
from boxproof.probes.event_stream import Event, events
from boxproof.probes.json_pointers import resolve


class Lines(Protocol):
    """A body that is read as it comes."""

    def readline(self, sep: bytes) -> bytes:
        """The next line with its end; empty where there is none."""


def pieces(body: Lines, streaming: Streaming) -> Iterator[str]:
    """Each piece of text; what is not valid JSON, or has no text, brings none."""
    held = b""
    while line := body.readline(b"\n"):
        held += line
        if line.strip():
            continue
        for event in events(held).told:
            if piece := _piece(event, streaming):
                yield piece
        held = b""


def _piece(event: Event, streaming: Streaming) -> str:
    if streaming.event not in ("", event.kind) or event.data == streaming.terminator:
        return ""
    try:
        return str(resolve(streaming.text, json.loads(event.data)) or "")
    except (ValueError, LookupError, RecursionError):
        return ""

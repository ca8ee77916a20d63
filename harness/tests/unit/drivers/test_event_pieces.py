"""Pieces of text out of a stream that is read line by line."""

from boxproof.config.text_streaming import Streaming
from boxproof.drivers.locust.event_pieces import pieces


class Body:
    """A body as a client has it."""

    def __init__(self, data: bytes) -> None:
        self._left = data

    def readline(self, sep: bytes) -> bytes:
        """Up to the separator, or all that is left."""
        line, end, self._left = self._left.partition(sep)
        return line + end


def test_each_event_with_text_brings_one_piece() -> None:
    """Comments, other types, events without text and the terminator bring none."""
    stream = (
        b": here\n\n"
        b'event: token\ndata: {"piece": "a"}\n\n'
        b'event: token\r\ndata: {"piece": " b"}\r\n\r\n'
        b'event: token\ndata: {"other": 1}\n\n'
        b"event: token\ndata: no JSON\n\n"
        b'event: record\ndata: {"piece": "whole"}\n\n'
        b"data: [DONE]\n\n"
    )
    streaming = Streaming({"stream": True}, "/piece", event="token", terminator="[DONE]")
    assert list(pieces(Body(stream), streaming)) == ["a", " b"]

"""Large bodies that come slowly."""

import contextlib
import socket
import threading
from pathlib import Path

from apps.raw import answering, serving

from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.messages import Request
from boxproof.probes.payload import Payload
from boxproof.probes.slow_bodies import BODIES, SlowBodies

from .journaled import requested

TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def request_to(url: str) -> Request:
    """One whose own body never comes."""
    return Request("POST", Endpoint(url), "/say", Payload.json({"prompt": "x"}))


def test_a_large_body_is_announced_and_sent_in_parts(tmp_path: Path) -> None:
    """Until the block ends; then the connection ends, and the journal says why."""
    received = bytearray()
    begun = threading.Event()

    def serve(connection: socket.socket) -> None:
        while data := connection.recv(65536):
            received.extend(data)
            if received.endswith(b"  "):
                begun.set()

    journal = Journal(tmp_path / "j")
    with serving(serve) as url, SlowBodies(request_to(url), journal, clients=1):
        assert begun.wait(20)
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    length, _ = BODIES[0]
    assert f"Content-Length: {length}".encode() in head
    assert b"prompt" not in body
    assert not body.strip()
    assert len(body) < length
    (told,) = requested(journal)
    assert told.error == "given up in the middle of its body"


def test_whoever_is_refused_sends_no_more(tmp_path: Path) -> None:
    """A service may say no before it has read all."""
    journal = Journal(tmp_path / "j")
    left = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(TOO_LARGE)
        # It leaves the answer unread, which resets the connection.
        with contextlib.suppress(ConnectionResetError):
            while connection.recv(65536):
                pass
        left.set()

    with serving(serve) as url, SlowBodies(request_to(url), journal, clients=1):
        # The client's own end, before the block's.
        assert left.wait(20)
    (told,) = requested(journal)
    assert told.error == "ended before its body was sent"


def test_nobody_there_is_told(tmp_path: Path) -> None:
    """And nothing else happens."""
    with serving(answering(b"")) as url:
        pass
    journal = Journal(tmp_path / "j")
    with SlowBodies(request_to(url), journal, clients=2):
        pass
    assert [each.error for each in requested(journal)] == ["connection refused"] * 2

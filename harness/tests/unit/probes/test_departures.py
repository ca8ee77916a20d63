"""Clients that leave before their answer."""

import socket
import threading
from pathlib import Path

from apps.raw import answering, request_of, serving

from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.departures import LEFT, left_in_the_middle, left_unanswered
from boxproof.probes.messages import Request
from boxproof.probes.payload import Payload

from .journaled import requested

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
STREAM = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_the_server_has_the_whole_request_and_then_nobody(tmp_path: Path) -> None:
    """Its client says nothing and is gone."""
    received: list[bytes] = []
    gone = threading.Event()

    def serve(connection: socket.socket) -> None:
        received.append(request_of(connection))
        if not connection.recv(1):
            gone.set()

    journal = Journal(tmp_path / "j")
    with serving(serve) as url:
        request = Request("POST", Endpoint(url), "/say", Payload.json({"prompt": "x"}))
        assert left_unanswered(request, journal, 0.01)
        assert gone.wait(20)
    assert received[0].endswith(b'{"prompt": "x"}')
    (told,) = requested(journal)
    assert (told.status, told.error) == (None, LEFT)


def test_whoever_was_answered_did_not_leave(tmp_path: Path) -> None:
    """Work that was done by then gave its place back by itself."""
    with serving(answering(ANSWER)) as url:
        request = Request("GET", Endpoint(url), "/say")
        assert not left_unanswered(request, Journal(tmp_path / "j"), 0.5)


def test_a_client_leaves_in_the_middle_of_its_answer(tmp_path: Path) -> None:
    """With as much of it as it wants, while more is to come."""
    gone = threading.Event()

    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(STREAM + b"2\r\nab\r\n")
        connection.sendall(b"3\r\ncde\r\n")
        if not connection.recv(1):
            gone.set()

    journal = Journal(tmp_path / "j")
    with serving(serve) as url:
        assert left_in_the_middle(Request("GET", Endpoint(url), "/say"), journal, 3) == 5
        assert gone.wait(20)
    (told,) = requested(journal)
    assert (told.status, told.error) == (None, LEFT)


def test_whoever_is_refused_did_not_leave(tmp_path: Path) -> None:
    """It had no place."""
    refusal = ANSWER.replace(b"200 OK", b"429 Too Many Requests")
    journal = Journal(tmp_path / "j")
    with serving(answering(refusal)) as url:
        assert left_in_the_middle(Request("GET", Endpoint(url), "/say"), journal, 1) == 0
    (told,) = requested(journal)
    assert told.status == 429

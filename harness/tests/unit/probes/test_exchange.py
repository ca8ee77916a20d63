"""An exchange knows when the server accepted the request, and what became of it."""

import socket
import threading

import pytest
from apps.raw import serving
from unit.probes.journaled import requested

from boxproof.core.breaches import TIMED_OUT
from boxproof.endpoint import Endpoint, ExchangeLimits
from boxproof.journal import Journal
from boxproof.probes import exchange
from boxproof.probes.exchange import Exchange, send
from boxproof.probes.messages import Request
from boxproof.probes.payload import Payload

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def post(url: str, journal: Journal) -> Exchange:
    """A POST with a small body, which is announced."""
    request = Request("POST", Endpoint(url), "/say", Payload.json({"prompt": "Hi"}))
    return send(request, journal, on_accepted=lambda: None)


def test_a_request_is_accepted_when_the_server_asks_for_its_body(journal: Journal) -> None:
    """The body is sent only then, and the moment lies between beginning and end."""
    seen: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        seen.append(connection.recv(65536))
        connection.sendall(CONTINUE)
        seen.append(connection.recv(65536))
        connection.sendall(ANSWER)

    with serving(serve) as url:
        made = post(url, journal)
    assert b"Expect: 100-continue" in seen[0]
    assert seen[1] == b'{"prompt": "Hi"}'
    assert (made.status, made.body) == (200, b"{}")
    assert made.accepted is not None
    assert made.ended is not None
    assert made.began <= made.accepted <= made.ended


def test_a_server_that_does_not_ask_gets_the_body_all_the_same(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 9110 lets a client go on; such a request is never called accepted."""
    monkeypatch.setattr(exchange, "EXPECT_SECONDS", 0.1)

    def serve(connection: socket.socket) -> None:
        received = b""
        while not received.endswith(b"}"):
            received += connection.recv(65536)
        connection.sendall(ANSWER)

    with serving(serve) as url:
        made = post(url, journal)
    assert made.status == 200
    assert made.accepted is None


def test_an_early_answer_is_read_as_the_answer(journal: Journal) -> None:
    """A server may refuse on the head alone."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 415 No\r\nContent-Length: 0\r\n\r\n")
        connection.recv(65536)

    with serving(serve) as url:
        made = post(url, journal)
    assert made.status == 415
    assert made.accepted is None


@pytest.mark.parametrize("part", [b"", ANSWER[:20], ANSWER[:-1]])
def test_a_connection_that_is_lost_is_no_answer(journal: Journal, part: bytes) -> None:
    """Not even when most of the answer came: half an answer is none."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(CONTINUE)
        connection.recv(65536)
        connection.sendall(part)

    with serving(serve) as url:
        made = post(url, journal)
    assert made.accepted is not None
    assert made.status is None
    assert made.error
    assert made.error in "".join(made.evidence())


def test_nobody_there_is_no_answer(journal: Journal) -> None:
    """A refused connection is recorded, not raised."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    made = post(url, journal)
    assert made.status is None
    assert made.error == "connection refused"
    (entry,) = requested(journal)
    assert entry.error == made.error


def test_a_name_that_is_not_resolved_ends_with_the_exchange(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver that does not answer holds no request beyond its limit."""
    over = threading.Event()
    resolve = socket.getaddrinfo

    def hang(host: str, port: int, **given: int) -> object:
        if not given.get("flags"):
            over.wait(60)
        return resolve(host, port, **given)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    endpoint = Endpoint("http://service.invalid", limits=ExchangeLimits(0.1))
    try:
        made = send(Request("GET", endpoint, "/"), journal)
        assert not over.is_set()
    finally:
        over.set()
    assert made.status is None
    assert made.error.startswith(TIMED_OUT)


def test_a_name_that_nobody_knows_is_told(journal: Journal) -> None:
    """RFC 6761 keeps this one free for ever."""
    made = send(Request("GET", Endpoint("http://service.invalid"), "/"), journal)
    assert made.status is None
    assert "not known" in made.error or "resolution" in made.error, made.error

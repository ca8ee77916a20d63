"""A request that is kept in a server's hands."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.messages import Request
from boxproof.probes.payload import Payload
from boxproof.probes.withheld_body import WithheldBody

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
SECONDS = 5.0


@contextmanager
def server(*parts: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Sends each part after it has received something; gives its address and what it received."""
    received: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            for part in parts:
                received.append(connection.recv(4096))
                connection.sendall(part)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
        thread.join(SECONDS)


def test_the_body_is_sent_on_release_and_not_before(tmp_path: Path) -> None:
    """Until then the server has the head, and has said that it waits."""
    with server(CONTINUE, ANSWER) as (url, received):
        request = Request("POST", Endpoint(url), "/say", Payload.json({"prompt": "x"}))
        with WithheldBody(request, Journal(tmp_path / "j")) as held:
            assert held.accepted
            assert len(received) == 1
            assert b"prompt" not in received[0]
            exchange = held.release()
    assert received[1] == b'{"prompt": "x"}'
    assert exchange.status == 200
    assert exchange.accepted is not None
    assert exchange.ended is not None


def test_a_server_that_hangs_up_is_told(tmp_path: Path) -> None:
    """The exchange has no status, and an error that says why."""
    with server(CONTINUE) as (url, _):
        request = Request("POST", Endpoint(url), "/say", Payload.json({"prompt": "x"}))
        with WithheldBody(request, Journal(tmp_path / "j")) as held:
            exchange = held.release()
    assert exchange.status is None
    assert exchange.error


def test_nobody_there_is_no_request_in_hand(tmp_path: Path) -> None:
    """Release does nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    request = Request("POST", Endpoint(url), "/say", Payload.json({"prompt": "x"}))
    with WithheldBody(request, Journal(tmp_path / "j")) as held:
        assert not held.accepted
        assert "refused" in held.release().error.lower()

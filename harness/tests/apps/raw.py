"""A server of bytes: what it answers need not be HTTP, nor come at once, nor come to an end."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Serve = Callable[[socket.socket], None]

#: A drip: so many bytes of a body, one at a time, each after a pause.
DRIPS = 200
DRIP_SECONDS = 0.02


@contextmanager
def serving(serve: Serve) -> Iterator[str]:
    """Give each connection to ``serve`` in turn until the block ends; gives the URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection, contextlib.suppress(OSError):
                        serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            # On Linux a shutdown wakes whoever accepts.
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def request_of(connection: socket.socket) -> bytes:
    """One whole request: to close a connection while a part is unread would reset it."""
    received = b""
    while _unread(received) and (data := connection.recv(65536)):
        received += data
    return received


def _unread(received: bytes) -> bool:
    """Whether a part of a request is still to come, whose length its head gives."""
    head, ended, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    return not ended or len(body) < (int(length[1]) if length else 0)


def answering(answer: bytes) -> Serve:
    """Serves each request with the same bytes, and hangs up."""

    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(answer)

    return serve


def dripping(connection: socket.socket) -> None:
    """Answers a byte at a time; whoever has the patience gets a whole answer in the end."""
    request_of(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % DRIPS)
    for _ in range(DRIPS):
        connection.sendall(b"1")
        threading.Event().wait(DRIP_SECONDS)


def endless(connection: socket.socket) -> None:
    """Answers with a body that never ends."""
    request_of(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)

"""Serves a toy service from a thread of the test, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from apps.good import Response
from apps.request_bodies import body_of

Respond = Callable[[str, str, str, bytes], Response]
#: The body of an answer that has none.
NOTHING = object()


class HangUp(Exception):
    """Raised by a service that ends the connection instead of answering."""


@dataclass(frozen=True)
class Asked:
    """One request, byte for byte as it came in; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path of its target."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query of its target."""
        return self.target.partition("?")[2]


class Server(ThreadingHTTPServer):
    """Answers as ``answer`` says."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Asked], Response], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answer = answer
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: Any) -> None:
        """A client that went away is none of the test's business."""


class Handler(BaseHTTPRequestHandler):
    """Any method; connections are kept open, as real servers do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        body = body_of(self)
        if body is None:
            self.send_error(400)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body)
        self.server.asked.append(asked)
        try:
            response = self.server.answer(asked)
        except HangUp:
            self.close_connection = True
            return
        data = b"" if response.body is NOTHING else _bytes(response.body)
        self.send_response_only(response.status)
        for name, value in {"Content-Type": "application/json", **response.headers}.items():
            if value:
                self.send_header(name, value)
        if response.status != 204:  # which has neither a length nor a body (RFC 9110, 8.6)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD" and response.status != 204:
            self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _bytes(body: Any) -> bytes:
    """A body as it is sent: bytes as they are, all else as JSON."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@contextmanager
def served(respond: Respond) -> Iterator[Server]:
    """Serve until the block ends."""

    def answer(asked: Asked) -> Response:
        return respond(asked.method, asked.path, asked.query, asked.body)

    with serving(answer) as server:
        yield server


@contextmanager
def serving(answer: Callable[[Asked], Response]) -> Iterator[Server]:
    """Serve what sees the whole request until the block ends."""
    with Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

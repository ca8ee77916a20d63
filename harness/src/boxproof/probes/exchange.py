"""One request that is known to be in flight, because the server itself said so.

It announces its body with ``Expect: 100-continue`` (RFC 9110, 10.1.1). The interim ``100 Continue``
is sent by whoever is about to read the body: not by a kernel's accept queue, and not by a port
proxy that takes connections on a container's behalf. From then on the server has the request in
hand, and no clock is needed to know it.
"""

import contextlib
import json as jsonlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.client import NO_CONTENT, HTTPException, HTTPResponse, IncompleteRead
from typing import Any

from boxproof.endpoint import Endpoint, target_of
from boxproof.journal import Journal
from boxproof.probes.client import EXCERPT_CHARACTERS, curl

#: How long to wait for the interim answer; RFC 9110 lets a client go on without it.
EXPECT_SECONDS = 2.0
INTERIM = b"HTTP/1.1 100"


@dataclass(frozen=True, slots=True)
class Request:
    """A request, with a JSON body unless that is None."""

    method: str
    endpoint: Endpoint
    path: str
    body: Any = None

    @property
    def url(self) -> str:
        """Where it goes."""
        return self.endpoint.at(self.path)

    def curl(self) -> str:
        """It as a shell command."""
        return curl(self.method, self.url, self.sent())

    def sent(self) -> str:
        """The body as it is sent."""
        return "" if self.body is None else jsonlib.dumps(self.body)


@dataclass(slots=True)
class Exchange:
    """What became of one request; moments are on the journal's clock, None when they never came.

    Attributes:
        accepted: the server said that it will read the body, and all of the body was sent.
        ended: the answer was complete, or the connection was lost.
        status: of a complete answer; None when there was none.
        error: why there was none.
    """

    request: Request
    began: float
    accepted: float | None = None
    ended: float | None = None
    status: int | None = None
    body: bytes = b""
    error: str = ""

    def in_flight_at(self, moment: float) -> bool:
        """Whether the server had it in hand, unanswered."""
        taken = self.accepted is not None and self.accepted < moment
        return taken and (self.ended is None or self.ended > moment)

    def evidence(self) -> tuple[str, ...]:
        """The exchange as lines that a person can read, on the journal's clock."""
        taken = "" if self.accepted is None else f", accepted at {self.accepted:.3f} s"
        ended = "" if self.ended is None else f", ended at {self.ended:.3f} s"
        text = self.body[:EXCERPT_CHARACTERS].decode("utf-8", "replace")
        return (
            self.request.curl(),
            f"began at {self.began:.3f} s{taken}{ended}",
            f"→ {self.status or self.error} {text}".rstrip(),
        )


def send_raw(
    request: Request,
    journal: Journal,
    *,
    accepted: Callable[[], None] = lambda: None,
) -> Exchange:
    """Send one request on a connection of its own; ``accepted`` is called the moment it is so."""
    exchange = Exchange(request, journal.now())
    endpoint, timeout_seconds = request.endpoint, request.endpoint.limits.seconds
    body = request.sent().encode()
    try:
        with socket.create_connection(endpoint.address, timeout_seconds) as connection:
            connection.sendall(head(request, len(body)))
            welcome = bool(body) and invited(connection)
            connection.settimeout(timeout_seconds)
            connection.sendall(body)
            if welcome:
                exchange.accepted = journal.now()
                accepted()
            response = HTTPResponse(connection, method=request.method)
            response.begin()
            exchange.body = response.read()
            check_whole(response, exchange.body)
            exchange.status = response.status
    except (OSError, HTTPException) as error:
        exchange.error = f"{type(error).__name__}: {error}"
    exchange.ended = journal.now()
    write(exchange, journal)
    return exchange


def head(request: Request, length: int) -> bytes:
    """The head of a request that asks, where it has a body, whether it may send that."""
    fields = {"Host": request.endpoint.host, "Accept": "application/json", "Connection": "close"}
    if length:
        fields["Content-Type"] = "application/json"
        fields["Content-Length"] = str(length)
        fields["Expect"] = "100-continue"
    start = f"{request.method} {target_of(request.url)} HTTP/1.1"
    lines = [start, *(f"{name}: {each}" for name, each in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def invited(connection: socket.socket) -> bool:
    """Wait for the interim answer and take it off the connection; False when there is none."""
    connection.settimeout(EXPECT_SECONDS)
    with contextlib.suppress(TimeoutError):
        start = connection.recv(len(INTERIM), socket.MSG_PEEK | socket.MSG_WAITALL)
        if start == INTERIM:
            # Unbuffered, so that nothing of the final answer is taken along.
            with connection.makefile("rb", buffering=0) as reader:
                while reader.readline() not in (b"\r\n", b"\n", b""):
                    pass
            return True
    return False


def check_whole(response: HTTPResponse, body: bytes) -> None:
    """Refuse an answer that was cut within its head, which http.client takes for a whole one."""
    told = response.chunked or "Content-Length" in response.headers
    if not told and not body and response.status != NO_CONTENT:
        raise IncompleteRead(body)


def write(exchange: Exchange, journal: Journal) -> None:
    """Put a request that has ended into the journal."""
    journal.write(
        "request",
        method=exchange.request.method,
        url=exchange.request.url,
        sent=exchange.request.sent(),
        began=exchange.began,
        accepted=exchange.accepted,
        status=exchange.status,
        error=exchange.error,
        body=exchange.body[:EXCERPT_CHARACTERS].decode("utf-8", "replace"),
    )

"""Clients that announce a large body each, and send it a little at a time until they give up."""

import threading
from functools import partial
from typing import Self

from boxproof.core import cancellation
from boxproof.journal import Journal
from boxproof.probes.connection import Connection, why
from boxproof.probes.exchange import Exchange, record
from boxproof.probes.messages import Request, head

BODY_BYTES = 16 * 1024 * 1024
#: What is sent at a time; white space, with which JSON may begin.
PART = b" " * 4096
PAUSE_SECONDS = 0.05


class SlowBodies:
    """Sends large bodies for as long as a ``with`` block takes; the connections end with it.

    A client whose connection the service closes, or whose body it refuses, sends no more.
    """

    def __init__(self, request: Request, journal: Journal, *, clients: int) -> None:
        self._request = request
        self._journal = journal
        self._over = threading.Event()
        self._threads = [
            cancellation.daemon(partial(self._send), f"upload-{number}")
            for number in range(clients)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        request = self._request
        fields = [
            *request.endpoint.every_header().items(),
            *request.own_headers(),
            ("Content-Length", str(BODY_BYTES)),
        ]
        target = request.endpoint.target(request.url)
        exchange = Exchange(
            request, self._journal.now(), error="given up in the middle of its body"
        )
        try:
            with Connection(request.endpoint, request.method) as connection:
                connection.send(head(request.method, request.endpoint, target, fields))
                for _ in range(BODY_BYTES // len(PART)):
                    connection.send(PART)
                    if self._over.wait(PAUSE_SECONDS) or not connection.is_silent():
                        break
        except OSError as error:
            exchange.error = why(error)
        exchange.ended = self._journal.now()
        record(exchange, self._journal)

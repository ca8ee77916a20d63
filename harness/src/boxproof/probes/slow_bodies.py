"""Clients that announce a large body each, and send it a little at a time until they give up."""

import itertools
import threading
from functools import partial
from typing import Self

from boxproof.core import cancellation
from boxproof.journal import Journal
from boxproof.probes.connection import Connection, why
from boxproof.probes.exchange import Exchange, record
from boxproof.probes.messages import Request, head

#: How long a body is, by turns, and how much of it is sent at a time: one that a service may refuse
#: by its announced length, and one that hardly any refuses.
BODIES = ((16 * 1024 * 1024, 64 * 1024), (32 * 1024, 256))
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
            cancellation.daemon(partial(self._send, *body), f"upload-{number}")
            for number, body in enumerate(itertools.islice(itertools.cycle(BODIES), clients))
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, body_bytes: int, part_bytes: int) -> None:
        # White space, with which JSON may begin.
        part = b" " * part_bytes
        request = self._request
        fields = [
            *request.endpoint.every_header().items(),
            *request.own_headers(),
            ("Content-Length", str(body_bytes)),
        ]
        target = request.endpoint.target(request.url)
        exchange = Exchange(
            request, self._journal.now(), error="given up in the middle of its body"
        )
        try:
            with Connection(request.endpoint, request.method) as connection:
                connection.send(head(request.method, request.endpoint, target, fields))
                for _ in range(body_bytes // part_bytes):
                    connection.send(part)
                    if self._over.wait(PAUSE_SECONDS):
                        break
                    if not connection.is_silent():
                        exchange.error = "ended before its body was sent"
                        break
        except OSError as error:
            exchange.error = why(error)
        exchange.ended = self._journal.now()
        record(exchange, self._journal)

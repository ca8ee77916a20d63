"""A request that stays in flight for as long as somebody wants it to.

Its head announces a body that is kept back. Once the server has answered ``100 Continue`` (see
:mod:`boxproof.probes.exchange`) it waits for that body with the request in hand, whatever the speed
of its machine and of its model.
"""

import socket
from http.client import HTTPException, HTTPResponse
from types import TracebackType
from typing import Self

from boxproof.journal import Journal
from boxproof.probes.exchange import Exchange, Request, check_whole, head, invited, write


class WithheldBody:
    """One request whose body is kept back until :meth:`release`; closed at the end of a ``with``.

    Attributes:
        exchange: what became of it so far; ``accepted`` is None where the server did not say so.
    """

    def __init__(self, request: Request, journal: Journal) -> None:
        self.exchange = Exchange(request, journal.now())
        self._journal = journal
        self._timeout_seconds = request.endpoint.limits.seconds
        self._connection: socket.socket | None = None
        self._body = request.sent().encode()
        try:
            self._connection = socket.create_connection(
                request.endpoint.address, self._timeout_seconds
            )
            self._connection.sendall(head(request, len(self._body)))
            if invited(self._connection):
                self.exchange.accepted = journal.now()
        except OSError as error:
            self._end(f"{type(error).__name__}: {error}")

    @property
    def accepted(self) -> bool:
        """Whether the server waits for the body."""
        return self.exchange.accepted is not None and self.exchange.ended is None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.exchange.ended is None:
            self._end("given up")
        if self._connection is not None:
            self._connection.close()

    def release(self) -> Exchange:
        """Send the body and wait for the answer."""
        if self._connection is None or self.exchange.ended is not None:
            return self.exchange
        try:
            self._connection.settimeout(self._timeout_seconds)
            self._connection.sendall(self._body)
            response = HTTPResponse(self._connection, method=self.exchange.request.method)
            response.begin()
            self.exchange.body = response.read()
            check_whole(response, self.exchange.body)
            self.exchange.status = response.status
            self._end("")
        except (OSError, HTTPException) as error:
            self._end(f"{type(error).__name__}: {error}")
        return self.exchange

    def _end(self, error: str) -> None:
        self.exchange.error = error
        self.exchange.ended = self._journal.now()
        write(self.exchange, self._journal)

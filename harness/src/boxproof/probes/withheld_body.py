"""A request that stays in flight for as long as somebody wants it to.

Its head announces a body that is kept back. Once the server has answered ``100 Continue`` (see
:mod:`boxproof.probes.exchange`) it waits for that body, whatever the speed of its machine and of
its model.
"""

from typing import Self

from boxproof.journal import Journal
from boxproof.probes.connection import BadAnswer, Connection, why
from boxproof.probes.exchange import EXPECT_SECONDS, Exchange, record
from boxproof.probes.messages import Request


class WithheldBody:
    """One request whose body is kept back until :meth:`release`; closed at the end of a ``with``.

    Attributes:
        exchange: what became of it so far; ``accepted`` is None where the server did not say so.
    """

    def __init__(self, request: Request, journal: Journal) -> None:
        self.exchange = Exchange(request, journal.now())
        self._journal = journal
        self._connection: Connection | None = None
        try:
            self._connection = Connection(request.endpoint, request.method)
            self._connection.send(request.head(expect=True))
            if self._connection.is_asked_for_body(EXPECT_SECONDS):
                self.exchange.accepted = journal.now()
        except OSError as error:
            self._end(why(error))

    @property
    def accepted(self) -> bool:
        """Whether the server waits for the body."""
        return self.exchange.accepted is not None and self.exchange.ended is None

    @property
    def unanswered(self) -> bool:
        """Whether the connection is open, and the server has sent no final answer on it."""
        if self._connection is None or self.exchange.ended is not None:
            return False
        return self._connection.is_silent()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.exchange.ended is None:
            self._end("given up")
        if self._connection is not None:
            self._connection.close()

    def release(self) -> Exchange:
        """Send the body and wait for the answer, for as long as any request may take."""
        if self._connection is None or self.exchange.ended is not None:
            return self.exchange
        try:
            self._connection.restart_clock()
            self._connection.send(self.exchange.request.content)
            self.exchange.received = self._connection.answer()
            self._end("")
        except (OSError, BadAnswer) as error:
            self._end(why(error))
        return self.exchange

    def _end(self, error: str) -> None:
        self.exchange.error = error
        self.exchange.ended = self._journal.now()
        record(self.exchange, self._journal)

"""A client that begins to read an answer, and then reads nothing of it until somebody lets it."""

import threading
from typing import Self

from boxproof.core import cancellation
from boxproof.journal import Journal
from boxproof.probes.connection import BadAnswer, Connection, why
from boxproof.probes.exchange import Exchange, record
from boxproof.probes.messages import Request

#: The least that a kernel takes: it makes more of it.
WINDOW_BYTES = 1


class _GivenUp(Exception):
    """The block is over."""


class SlowReader:
    """Asks for something, reads its beginning, and no more for as long as a ``with`` block takes.

    What the kernels of both ends and whatever stands between them hold is not felt by the service.

    Attributes:
        began: set when something of the answer's body has come, or nothing will.
        stopped_reading: whether something had come.
    """

    def __init__(self, request: Request, journal: Journal) -> None:
        self.began = threading.Event()
        self.stopped_reading = False
        self._request = request
        self._journal = journal
        self._over = threading.Event()
        self._thread = cancellation.daemon(self._read, "slow-reader")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _read(self) -> None:
        request = self._request
        exchange = Exchange(request, self._journal.now())
        try:
            with Connection(
                request.endpoint, request.method, window_bytes=WINDOW_BYTES
            ) as connection:
                connection.send(request.head() + request.content)
                exchange.received = connection.answer(self._stop_reading)
        except _GivenUp:
            exchange.error = "given up in the middle of its answer"
        except (OSError, BadAnswer) as error:
            exchange.error = why(error)
        self.began.set()
        exchange.ended = self._journal.now()
        record(exchange, self._journal)

    def _stop_reading(self, data: bytes) -> None:
        if data:
            self.stopped_reading = True
            self.began.set()
            self._over.wait()
            raise _GivenUp

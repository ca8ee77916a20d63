"""Keeps several requests in flight at once, for as long as something is done to the service."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from boxproof.core import cancellation
from boxproof.journal import Journal
from boxproof.probes.exchange import Exchange, send
from boxproof.probes.messages import Request

CLIENTS = 4
#: Between two requests of a client whose last one failed, so that an outage is no busy loop.
PAUSE_SECONDS = 0.05


class Traffic:
    """Clients that send one request after the other, each on a connection of its own.

    Used as ``with Traffic(…) as traffic``; the block's end waits for what is still in flight.

    Args:
        requests: what the clients send, by turns; asked for again each time, as addresses move.
        announced: whether the server is asked before each body, and so known to be in flight.
    """

    def __init__(
        self,
        requests: Callable[[], Sequence[Request]],
        journal: Journal,
        *,
        clients: int = CLIENTS,
        announced: bool = True,
    ) -> None:
        self._requests = requests
        self._on_accepted = self._note_accepted if announced else None
        self._journal = journal
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        self._ended: list[Exchange] = []
        self._in_flight = 0
        self._threads = [
            cancellation.daemon(partial(self._send, number), f"client-{number}")
            for number in range(clients)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        # Interrupted, nobody waits for what is in flight.
        if error is None or isinstance(error, Exception):
            for thread in self._threads:
                thread.join()

    def stop(self) -> None:
        """Begin no further request; what is in flight goes on."""
        self._stopped.set()

    def wait_in_flight(self, count: int, timeout_seconds: float) -> bool:
        """Wait until the server has accepted ``count`` requests that it has not answered yet."""
        with self._changed:
            return cancellation.wait_for(
                self._changed, lambda: self._in_flight >= count, timeout_seconds
            )

    def wait_answered(self, count: int, timeout_seconds: float, since: float = 0.0) -> bool:
        """Wait until ``count`` requests that began after ``since`` got a complete answer."""

        def enough() -> bool:
            return (
                len([each for each in self._ended if each.status and each.began > since]) >= count
            )

        with self._changed:
            return cancellation.wait_for(self._changed, enough, timeout_seconds)

    def exchanges(self) -> tuple[Exchange, ...]:
        """Every request that has ended, in the order of their ends."""
        with self._changed:
            return tuple(self._ended)

    def _send(self, number: int) -> None:
        turn = number
        while not self._stopped.is_set():
            requests = self._requests()
            exchange = send(
                requests[turn % len(requests)],
                self._journal,
                on_accepted=self._on_accepted,
            )
            turn += 1
            with self._changed:
                self._in_flight -= exchange.accepted is not None
                self._ended.append(exchange)
                self._changed.notify_all()
            if exchange.status is None:
                self._stopped.wait(PAUSE_SECONDS)

    def _note_accepted(self) -> None:
        with self._changed:
            self._in_flight += 1
            self._changed.notify_all()

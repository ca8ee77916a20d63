"""The way from the workload's client to the service: straight, or for a time through a proxy."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from boxproof.config.operations import ValidRequest
from boxproof.core import cancellation
from boxproof.core.breaches import NoAnswer
from boxproof.endpoint import Endpoint
from boxproof.faults.network.proxy import Proxy
from boxproof.ledger.history import Request
from boxproof.probes.client import Client

#: Between two requests of the client that takes no detour.
LOOK_SECONDS = 0.05
BESIDE = "beside"


@dataclass
class Route:
    """Leads a client's requests; the endpoint is asked for at each of them.

    Attributes:
        direct: the client on the straight way.
        health: what a client that takes none asks for while others are on a detour.
        beside: what became of its requests.
    """

    direct: Client
    health: ValidRequest
    beside: list[Request] = field(default_factory=list)
    _proxy: Proxy | None = None
    _detoured: bool = False
    _answered: threading.Condition = field(default_factory=threading.Condition)

    @property
    def client(self) -> Client:
        """The client whose requests are led."""
        return replace(self.direct, endpoint=self._endpoint)

    @contextmanager
    def detour(self) -> Iterator[Proxy]:
        """Lead all requests that begin within a block through a proxy, which is given.

        At its end the proxy is healed, for those that are under way. Meanwhile one more client, on
        the straight way, asks for :attr:`health` again and again.
        """
        if self._proxy is None:
            self._proxy = Proxy(lambda: self.direct.endpoint().address)
        self.direct.journal.reached_through(self._proxy.address, self.direct.endpoint().url)
        over = threading.Event()
        looking = cancellation.daemon(partial(self._look, over), BESIDE)
        looking.start()
        try:
            self._detoured = True
            yield self._proxy
        finally:
            self._detoured = False
            over.set()
            self._proxy.heal()
            looking.join()

    def close(self) -> None:
        """End the proxy, once every request has ended."""
        if self._proxy is not None:
            self._proxy.close()
            self._proxy = None

    def wait_beside(self, count: int, limit_seconds: float) -> None:
        """Wait until the client that takes no detour has had so many more answers, or the limit."""
        with self._answered:
            wanted = len(self.beside) + count
            cancellation.wait_for(self._answered, lambda: len(self.beside) >= wanted, limit_seconds)

    def _endpoint(self) -> Endpoint:
        direct = self.direct.endpoint()
        detour = self._proxy if self._detoured else None
        return direct if detour is None else direct.through(detour.address)

    def _look(self, over: threading.Event) -> None:
        while not over.is_set():
            request = self._ask()
            with self._answered:
                self.beside.append(request)
                self._answered.notify_all()
            over.wait(LOOK_SECONDS)

    def _ask(self) -> Request:
        journal = self.direct.journal
        began = journal.now()
        try:
            status = self.direct.get(self.health.path).status
        except NoAnswer:
            status = None
        return Request(
            worker=BESIDE,
            began=began,
            ended=journal.now(),
            status=status,
            success=self.health.statuses,
        )

"""How workers share the connections that come in at one socket."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager

import pytest

from gpt2_service import acceptor
from gpt2_service.acceptor import Acceptor, Connections, Slot


class Peer(asyncio.Protocol):
    """A connection that a worker has."""

    def __init__(self, worker: "Worker") -> None:
        self.worker = worker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.worker.open.add(self)
        self.worker.news.set()

    def connection_lost(self, _exc: Exception | None) -> None:
        self.worker.open.discard(self)
        self.worker.acceptor.count()
        self.worker.news.set()


class Worker:
    """What a worker does with connections, without its process."""

    def __init__(self, listener: socket.socket, slot: Slot, news: asyncio.Event) -> None:
        self.open: set[Peer] = set()
        self.news = news
        self.acceptor = Acceptor(
            listener, lambda: Peer(self), self.open, slot, most=1000, make_room=lambda: False
        )


class House:
    """A listening socket with two workers at it, and clients."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
        self.connections = Connections()
        self.slots = [self.connections.slot(), self.connections.slot()]
        self.news = asyncio.Event()
        self.workers: list[Worker] = []

    def start(self, *slots: Slot) -> None:
        """Let workers on these slots accept."""
        for slot in slots:
            # One event loop looks at a descriptor once; processes have one each.
            listener = self._stack.enter_context(self.listener.dup())
            worker = Worker(listener, slot, self.news)
            self.workers.append(worker)
            self._stack.callback(worker.acceptor.close)

    def connect(self, count: int) -> None:
        """Let so many clients connect; they are in the socket's queue afterwards."""
        for _ in range(count):
            self._stack.enter_context(socket.create_connection(self.listener.getsockname()))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that connections bring about."""
        async with asyncio.timeout(10):
            while not condition():
                self.news.clear()
                await self.news.wait()

    @property
    def open(self) -> list[int]:
        return [len(worker.open) for worker in self.workers]


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    with ExitStack() as stack:
        made = House(stack)
        yield made
        for worker in made.workers:
            for peer in worker.open:
                peer.transport.close()


def test_together_they_are_spread_evenly() -> None:
    """Clients that come at once are shared out, although the first worker sees them all."""

    async def run() -> None:
        async with house() as here:
            here.connect(16)
            here.start(*here.slots)
            await here.until(lambda: sum(here.open) == 16)
            assert here.open == [8, 8]

    asyncio.run(run())


def test_who_has_fewer_takes_the_next() -> None:
    """Connections that have ended do not count."""

    async def run() -> None:
        async with house() as here:
            here.start(*here.slots)
            here.connect(8)
            await here.until(lambda: sum(here.open) == 8)
            for peer in list(here.workers[0].open):
                peer.transport.close()
            await here.until(lambda: here.open[0] == 0)
            here.connect(4)
            await here.until(lambda: sum(here.open) == 8)
            assert here.open == [4, 4]

    asyncio.run(run())


def test_nobody_waits_for_a_worker_that_does_not_come() -> None:
    """A worker that hangs has the fewest connections and takes none, now or later."""

    async def run() -> None:
        async with house() as here:
            here.slots[1].publish(0)
            here.start(here.slots[0])
            here.connect(16)
            await here.until(lambda: here.open == [16])
            here.connect(1)
            await here.until(lambda: here.open == [17])

    asyncio.run(run())


def test_a_worker_that_has_ended_does_not_count() -> None:
    """Its place is free again, for the worker that comes after it."""

    async def run() -> None:
        async with house() as here:
            here.slots[1].publish(0)
            here.connections.vacate(here.slots[1])
            here.start(here.slots[0])
            here.connect(1)
            await here.until(lambda: here.open == [1])
            assert here.slots[0].fewest()
            assert here.connections.slot().place == here.slots[1].place

    asyncio.run(run())


def test_closed_it_leaves_what_waits_to_others() -> None:
    """Connections in the queue are those of whoever goes on."""

    async def run() -> None:
        async with house() as here:
            here.start(*here.slots)
            here.connect(4)
            here.workers[0].acceptor.close()
            await here.until(lambda: here.open == [0, 4])
            assert here.slots[1].fewest()

    asyncio.run(run())


def test_the_last_one_leaves_nobody_behind() -> None:
    """What the queue holds when nobody else accepts would be reset with the socket."""

    async def run() -> None:
        async with house() as here:
            here.start(*here.slots)
            here.connect(4)
            here.workers[0].acceptor.close()
            here.workers[1].acceptor.close()
            await here.until(lambda: here.open == [0, 4])

    asyncio.run(run())


def test_without_descriptors_it_tries_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says why nobody gets in, and it ends when there are descriptors again."""
    monkeypatch.setattr(acceptor, "RECOVER_SECONDS", 0.01)

    class Exhausted(socket.socket):
        failures = 1

        def accept(self) -> tuple[socket.socket, object]:
            if self.failures:
                self.failures -= 1
                raise OSError(errno.EMFILE, "Too many open files")
            return super().accept()

        def dup(self) -> "Exhausted":
            return self

    async def run() -> None:
        async with house() as here:
            here.listener = Exhausted(fileno=here.listener.detach())
            here.start(here.slots[0])
            here.connect(2)
            await here.until(lambda: here.open == [2])

    asyncio.run(run())
    assert caplog.messages == ["Cannot accept a connection: [Errno 24] Too many open files."]

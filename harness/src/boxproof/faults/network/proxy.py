"""A TCP proxy on the loopback interface that slows connections down, holds answers back and cuts.

It knows bytes, not HTTP. One event loop in a thread of its own serves it; its methods are called
from any other thread.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from boxproof.core import cancellation

HOST = "127.0.0.1"
CHUNK_BYTES = 65536
#: A slow network passes pieces of this size: a request then arrives in several.
PIECE_BYTES = 32
#: For the loop's own work, which waits for nobody.
CALL_SECONDS = 10.0
#: SO_LINGER without time to linger: closing resets the connection (socket(7)).
RESET = struct.pack("ii", 1, 0)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NetworkConditions:
    """How slow the network is, each way; 0 ``bytes_per_second`` means no limit."""

    latency_seconds: float = 0.0
    bytes_per_second: float = 0.0


class Tamper(Protocol):
    """Changes what passes on one connection; each method is given what was read at once."""

    def request(self, data: bytes) -> bytes:
        """What the service gets of what its client sent."""

    def answer(self, data: bytes) -> bytes | None:
        """What the client gets of what its service sent; None keeps it back for ever."""


class _Unchanged:
    """Changes nothing."""

    def request(self, data: bytes) -> bytes:
        return data

    def answer(self, data: bytes) -> bytes | None:
        return data


@dataclass(eq=False)
class Connection:
    """One connection through the proxy.

    Attributes:
        ends: the client's end and, once it is there, the service's.
        stalls: whether it passes half of its first bytes and nothing more.
        tamper: changes what passes.
        held: whether an answer waits in it.
        ended: set when it is over.
    """

    ends: list[asyncio.StreamWriter]
    stalls: bool
    tamper: Tamper
    held: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def reset(self) -> None:
        """End it as a broken network does, without a goodbye to either end."""
        for writer in self.ends:
            raw = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()
        self.ended.set()


class Proxy:
    """Passes connections on to ``upstream``, a host and a port.

    The network through it is good at first; :attr:`conditions`, :meth:`hold` and :meth:`cut` make
    it worse, :meth:`heal` good again.

    Args:
        upstream: asked anew for each connection.
        tamper: makes what changes the bytes of a connection, each its own.
    """

    def __init__(
        self, upstream: Callable[[], tuple[str, int]], tamper: Callable[[], Tamper] = _Unchanged
    ) -> None:
        self.conditions = NetworkConditions()
        self._upstream = upstream
        self._tamper = tamper
        self._holding = False
        self._is_cut = False
        self._count = 0
        self._stalled = 0
        self._open: dict[Connection, asyncio.Task[Any]] = {}
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="boxproof-proxy", daemon=True
        )
        self._thread.start()
        self._server = self._call(asyncio.start_server(self._serve, HOST, 0))

    @property
    def address(self) -> str:
        """Where it listens, as ``HOST:PORT``."""
        return f"{HOST}:{self._server.sockets[0].getsockname()[1]}"

    def hold(self) -> None:
        """From now on requests pass, and their answers are kept back."""
        self._holding = True

    def wait_busy(self, count: int, held: int, limit_seconds: float) -> bool:
        """Wait until so many connections are open, ``held`` of them with an answer kept back.

        Returns whether they were.
        """

        def busy() -> bool:
            every = [*self._open]
            return len(every) >= count and sum(each.held for each in every) >= held

        with self._changed:
            return cancellation.wait_for(self._changed, busy, limit_seconds)

    @property
    def served(self) -> int:
        """How many connections have come to it so far."""
        return self._count

    @property
    def stalled(self) -> int:
        """How many requests have stopped half way since it was last good."""
        return self._stalled

    def cut(self) -> tuple[int, int]:
        """Reset every connection; new ones are reset at once or stall in mid-request, in turn.

        Returns how many were reset, and how many of these had an answer that was kept back.
        """
        return self._call(self._cut())

    def heal(self) -> None:
        """Make the network good again; only what was cut is lost."""
        self.conditions = NetworkConditions()
        self._call(self._heal())

    def close(self) -> None:
        """Reset what is under way and end."""
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_SECONDS)

    async def _cut(self) -> tuple[int, int]:
        self._is_cut = True
        for each in self._open:
            each.reset()
        return len(self._open), sum(each.held for each in self._open)

    async def _heal(self) -> None:
        self._is_cut = self._holding = False
        self._stalled = 0
        for each in self._open:
            if each.stalls or each.held:
                each.reset()

    async def _close(self) -> None:
        self._server.close()
        for each in self._open:
            each.reset()
        if self._open:
            await asyncio.wait(self._open.values())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        connection = Connection([writer], self._is_cut, self._tamper())
        if self._is_cut and self._count % 2:
            connection.reset()
            return
        task = asyncio.current_task()
        assert task is not None
        with self._changed:
            self._open[connection] = task
            self._changed.notify_all()
        try:
            await self._pass_on(connection, reader)
        finally:
            connection.reset()
            del self._open[connection]

    async def _pass_on(self, connection: Connection, reader: asyncio.StreamReader) -> None:
        try:
            answers, service = await asyncio.open_connection(*self._upstream())
        except OSError:
            return
        client = connection.ends[0]
        connection.ends.append(service)
        pumps = [
            asyncio.create_task(self._pump(connection, reader, service, self._request)),
            asyncio.create_task(self._pump(connection, answers, client, self._answer)),
        ]
        over = asyncio.create_task(connection.ended.wait())
        # An answer's end is the exchange's: each request has a connection of its own.
        await asyncio.wait([pumps[1], over], return_when=asyncio.FIRST_COMPLETED)
        for each in (*pumps, over):
            each.cancel()
        await asyncio.gather(*pumps, over, return_exceptions=True)
        if not connection.ended.is_set():
            with contextlib.suppress(OSError):
                client.close()
                await client.wait_closed()

    async def _pump(
        self,
        connection: Connection,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        gate: Callable[[Connection, bytes], Coroutine[Any, Any, bytes]],
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK_BYTES):
                data = await gate(connection, data)
                await asyncio.sleep(self.conditions.latency_seconds)
                await self._send(sink, data)
                if connection.stalls:
                    await connection.ended.wait()
            sink.write_eof()

    async def _send(self, sink: asyncio.StreamWriter, data: bytes) -> None:
        speed = self.conditions.bytes_per_second
        size = PIECE_BYTES if speed else len(data)
        for begin in range(0, len(data), size):
            if speed and begin and begin + size >= len(data):
                # The last piece comes so late that the busiest reader meets the rest without it.
                await asyncio.sleep(self.conditions.latency_seconds)
            sink.write(data[begin : begin + size])
            await sink.drain()
            if speed:
                await asyncio.sleep(size / speed)

    async def _request(self, connection: Connection, data: bytes) -> bytes:
        data = connection.tamper.request(data)
        if not connection.stalls:
            return data
        self._stalled += 1
        return data[: len(data) // 2]

    async def _answer(self, connection: Connection, data: bytes) -> bytes:
        changed = connection.tamper.answer(data)
        if self._holding or changed is None:
            with self._changed:
                connection.held = True
                self._changed.notify_all()
            await connection.ended.wait()
        return changed or b""

"""Spreads connections over the workers: who has the fewest takes the next.

All workers wait at one socket, and both libuv and asyncio accept whatever is there once one of them
wakes. Sixteen clients at once then end up with one worker, while another has nothing to do. So each
worker publishes how many connections it has, and leaves the next one to a worker with fewer: for a
moment only, for that worker may be too busy to come.
"""

import asyncio
import logging
import mmap
import resource
import select
import socket
import time
from collections.abc import Callable, Sized
from heapq import heappop, heappush
from ssl import SSLContext

from gpt2_service.settings import MAX_WORKERS

log = logging.getLogger(__name__)

#: Of a worker that takes no connections, or of nobody.
ABSENT = -1
#: A reload has old workers and new ones at once.
PLACES = 2 * MAX_WORKERS
#: How long a connection is left to others, and how often this is looked at.
PATIENCE_SECONDS = 0.01
LOOK_SECONDS = 0.001
#: While every connection has a request in hand, or has only just come.
FULL_SECONDS = 0.05
#: What a worker opens beside its connections: sockets, the database, logs, metrics.
RESERVED_DESCRIPTORS = 128
#: After the process ran out of descriptors or memory.
RECOVER_SECONDS = 1.0


def most_connections(wanted: int) -> int:
    """Return how many connections a worker keeps: as wanted, or what its descriptors allow."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, limit - RESERVED_DESCRIPTORS))


class Connections:
    """How many connections every worker has, in memory that the workers share.

    Made by the process that forks them, which gives each a place and takes it back. The first
    number says how many places after it were ever taken, so that nobody looks at the others.
    """

    def __init__(self, places: int = PLACES) -> None:
        self._counts = memoryview(mmap.mmap(-1, (1 + places) * 4)).cast("i")
        self._free = list(range(1, places + 1))

    def slot(self) -> "Slot":
        """Return a place for a worker that is about to be forked; raises IndexError when full."""
        slot = Slot(self._counts, heappop(self._free))
        slot.publish(ABSENT)
        self._counts[0] = max(self._counts[0], slot.place)
        return slot

    def vacate(self, slot: "Slot") -> None:
        """Take back the place of a worker that has ended, however it did."""
        slot.publish(ABSENT)
        heappush(self._free, slot.place)


class Slot:
    """One worker's view of all counts."""

    def __init__(self, counts: "memoryview[int]", place: int) -> None:
        self.place = place
        self._counts = counts

    def publish(self, count: int) -> None:
        """Say how many connections this worker has."""
        self._counts[self.place] = count

    def fewest(self) -> bool:
        """Whether nobody who takes connections has fewer."""
        mine = self._counts[self.place]
        taken = self._counts[1 : self._counts[0] + 1]
        return not any(ABSENT < count < mine for count in taken)

    def nobody(self) -> bool:
        """Whether no worker takes connections, this one included."""
        taken = self._counts[1 : self._counts[0] + 1]
        return all(count == ABSENT for count in taken)


class Acceptor:
    """Takes connections from a listening socket; in uvicorn's eyes a server of asyncio.

    `connect` makes the protocol of one connection, and `existing` are those that are open. Where
    they are `most`, `make_room` is to close some of them, and says whether it did; until it does,
    further ones wait in the socket's queue.
    """

    def __init__(
        self,
        listener: socket.socket,
        connect: Callable[[], asyncio.Protocol],
        existing: Sized,
        slot: Slot,
        most: int,
        make_room: Callable[[], bool],
        ssl: SSLContext | None = None,
    ) -> None:
        """Start to accept in the running event loop."""
        self._listener = listener
        self._connect = connect
        self._existing = existing
        self._slot = slot
        self._most = most
        self._make_room = make_room
        self._ssl = ssl
        self._loop = asyncio.get_running_loop()
        self._arriving: set[asyncio.Task[None]] = set()
        self._left_since: float | None = None
        self._later: asyncio.TimerHandle | None = None
        self._closed = False
        listener.setblocking(False)
        self.count()
        self._listen()

    def count(self) -> None:
        """Publish the number of connections; to be called when it has changed."""
        if not self._closed:
            self._slot.publish(self._open())

    def close(self) -> None:
        """Accept nothing more. What was accepted stays.

        What waits in the socket's queue is for other workers. Where there is none, it is accepted
        now: the kernel would reset it as the socket is closed, and its clients believe that they
        are connected.
        """
        if self._closed:
            return
        self._closed = True
        self._slot.publish(ABSENT)
        self._loop.remove_reader(self._listener)
        if self._later is not None:
            self._later.cancel()
        while self._slot.nobody() and self._open() < self._most:
            try:
                self._take()
            except (InterruptedError, ConnectionAbortedError):
                continue
            except BlockingIOError:
                return
            except OSError as error:
                log.error("Cannot accept a connection: %s.", error)
                return

    async def wait_closed(self) -> None:
        """Nothing to wait for: uvicorn itself waits for its connections."""

    def _listen(self) -> None:
        self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        """Take what is there, as long as nobody else ought to."""
        while self._takes_next():
            if self._open() >= self._most:
                # What is closed here is gone once the loop has turned.
                self._pause(LOOK_SECONDS if self._make_room() else FULL_SECONDS, self._listen)
                return
            try:
                self._take()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                self._left_since = None
                return
            except OSError as error:
                log.error("Cannot accept a connection: %s.", error)
                self._pause(RECOVER_SECONDS, self._listen)
                return
        self._pause(LOOK_SECONDS, self._look)

    def _take(self) -> None:
        """Take one connection; raises OSError where there is none, or no room for it."""
        connection, _ = self._listener.accept()
        connection.setblocking(False)
        task = self._loop.create_task(self._begin(connection))
        self._arriving.add(task)
        task.add_done_callback(self._arrived)
        self.count()

    def _open(self) -> int:
        return len(self._existing) + len(self._arriving)

    def _takes_next(self) -> bool:
        if self._slot.fewest():
            self._left_since = None
            return True
        now = time.monotonic()
        if self._left_since is None:
            self._left_since = now
        return now - self._left_since >= PATIENCE_SECONDS

    def _pause(self, seconds: float, then: Callable[[], None]) -> None:
        self._loop.remove_reader(self._listener)
        self._later = self._loop.call_later(seconds, then)

    def _look(self) -> None:
        """Go on where `_accept` left a connection to others."""
        waiting = select.poll()
        waiting.register(self._listener, select.POLLIN)
        self._listen()
        if waiting.poll(0):
            self._accept()
        else:
            self._left_since = None

    async def _begin(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._connect, connection, ssl=self._ssl)
        except OSError as error:
            # The client is gone already.
            log.debug("A connection could not begin: %s.", error)
            connection.close()

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._arriving.discard(task)
        self.count()

"""Lets a few wait for a place, and counts those who left meanwhile among them for ever."""

import select
import socket
import threading
from typing import Any

from apps.good import Response, Service
from apps.prefork import Handler, Master

PLACES = 2
WAITING_MOST = 8
#: The connection of the request that a thread has in hand.
IN_HAND = threading.local()


class Remembers(Handler):
    def handle_any(self) -> None:
        IN_HAND.connection = self.connection
        super().handle_any()


class KeepsPlacesInQueue(Service):
    handler_class = Remembers
    places = threading.BoundedSemaphore(PLACES)
    lock = threading.Lock()
    waiting = 0

    def say(self, wanted: dict[str, Any]) -> Response:
        with self.lock:
            if self.waiting == WAITING_MOST:
                return Response(503, {"detail": "no place"}, {"Retry-After": "1"})
            self.waiting += 1
        with self.places:
            if has_left(IN_HAND.connection):
                return Response(503, {"detail": "nobody is there"}, {"Retry-After": "1"})
            with self.lock:
                self.waiting -= 1
            return super().say(wanted)


def has_left(connection: socket.socket) -> bool:
    """Whether nobody is at the other end of a connection."""
    readable, _, _ = select.select([connection], [], [], 0)
    return bool(readable) and not connection.recv(1, socket.MSG_PEEK)


if __name__ == "__main__":
    Master(KeepsPlacesInQueue).run()

"""Frees the place of a request when its whole answer is sent, which no client that left takes."""

import json
import threading
from collections.abc import Iterator
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master

PLACES = 8
PARTS = 50


class KeepsPlaces(Service):
    places = threading.BoundedSemaphore(PLACES)

    def say(self, wanted: dict[str, Any]) -> Response:
        self.places.acquire()
        try:
            answer = super().say(wanted)
        except Exception:
            self.places.release()
            raise
        return Response(answer.status, self.sent(json.dumps(answer.body).encode()))

    def sent(self, body: bytes) -> Iterator[bytes]:
        """The parts of a body; blanks stand before it."""
        yield from [b" "] * PARTS
        yield body
        self.places.release()


if __name__ == "__main__":
    Master(KeepsPlaces).run()

"""Frees the place of a stream with its last event, which no client that left takes."""

import threading
from collections.abc import Iterator
from typing import Any

from apps.good import Response
from apps.prefork import Master
from apps.streaming.good import Streams

PLACES = 8


class KeepsPlaces(Streams):
    places = threading.BoundedSemaphore(PLACES)

    def say(self, wanted: dict[str, Any]) -> Response:
        if wanted["stream"]:
            return super().say(wanted)
        with self.places:
            return super().say(wanted)

    def events(self, wanted: dict[str, Any]) -> Iterator[bytes]:
        self.places.acquire()
        yield from super().events(wanted)
        self.places.release()


if __name__ == "__main__":
    Master(KeepsPlaces).run()

"""Frees the place of a stream at its end, or where its text cannot be sent: not before it."""

import threading
import time
from collections.abc import Iterator
from typing import Any

from apps.good import Response
from apps.prefork import Master
from apps.streaming.good import Streams

PLACES = 8
#: What it says while it reads the prompt, and how long it takes.
SIGNS = 30
SIGN_SECONDS = 0.01


class KeepsPlacesBeforeText(Streams):
    places = threading.BoundedSemaphore(PLACES)

    def say(self, wanted: dict[str, Any]) -> Response:
        if wanted["stream"]:
            return super().say(wanted)
        with self.places:
            return super().say(wanted)

    def events(self, wanted: dict[str, Any]) -> Iterator[bytes]:
        self.places.acquire()
        for _ in range(SIGNS):
            time.sleep(SIGN_SECONDS)
            yield b": reading\n\n"
        try:
            yield from super().events(wanted)
        finally:
            self.places.release()


if __name__ == "__main__":
    Master(KeepsPlacesBeforeText).run()

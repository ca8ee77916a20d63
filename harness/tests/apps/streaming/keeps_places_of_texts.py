"""Notices who leaves while it reads the prompt, and frees a place with the last event of a text."""

import threading
import time
from collections.abc import Iterator
from typing import Any

from apps.good import Response
from apps.prefork import Master
from apps.streaming.good import Streams
from apps.streaming.keeps_places import PLACES
from apps.streaming.keeps_places_before_text import SIGN_SECONDS, SIGNS


class KeepsPlacesOfTexts(Streams):
    places = threading.BoundedSemaphore(PLACES)

    def say(self, wanted: dict[str, Any]) -> Response:
        if wanted["stream"]:
            return super().say(wanted)
        with self.places:
            return super().say(wanted)

    def events(self, wanted: dict[str, Any]) -> Iterator[bytes]:
        self.places.acquire()
        try:
            for _ in range(SIGNS):
                time.sleep(SIGN_SECONDS)
                yield b": reading\n\n"
        except GeneratorExit:
            self.places.release()
            raise
        yield from super().events(wanted)
        self.places.release()


if __name__ == "__main__":
    Master(KeepsPlacesOfTexts).run()

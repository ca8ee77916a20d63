"""Notices who leaves while it reads the prompt, and frees a place with the last event of a text."""

import time
from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.keeps_places_before_text import SIGN_SECONDS, SIGNS
from apps.streaming.placed import Placed


class KeepsPlacesOfTexts(Placed):
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

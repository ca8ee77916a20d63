"""Frees the place of a stream at its end, or where its text cannot be sent: not before it."""

import time
from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.placed import Placed

#: What it says while it reads the prompt, and how long it takes.
SIGNS = 30
SIGN_SECONDS = 0.01


class KeepsPlacesBeforeText(Placed):
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

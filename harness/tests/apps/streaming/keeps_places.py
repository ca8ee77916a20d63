"""Frees the place of a stream with its last event, which no client that left takes."""

from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.placed import Placed


class KeepsPlaces(Placed):
    def events(self, wanted: dict[str, Any]) -> Iterator[bytes]:
        self.places.acquire()
        yield from super().events(wanted)
        self.places.release()


if __name__ == "__main__":
    Master(KeepsPlaces).run()

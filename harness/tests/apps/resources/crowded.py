"""Returns 500 to more work than it has places for."""

import threading
from typing import Any

from apps.good import Refused, Response, Service
from apps.prefork import Master

PLACES = 8


class Crowded(Service):
    places = threading.BoundedSemaphore(PLACES)

    def say(self, wanted: dict[str, Any]) -> Response:
        if not self.places.acquire(blocking=False):
            return self.no_place()
        try:
            return super().say(wanted)
        finally:
            self.places.release()

    def no_place(self) -> Response:
        raise Refused(500, "no place")


if __name__ == "__main__":
    Master(Crowded).run()

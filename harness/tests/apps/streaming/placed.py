"""Has a few places, which its other texts take and free; what a stream does is left to others."""

import threading
from typing import Any

from apps.good import Response
from apps.streaming.good import Streams

PLACES = 8


class Placed(Streams):
    places = threading.BoundedSemaphore(PLACES)

    def say(self, wanted: dict[str, Any]) -> Response:
        if wanted["stream"]:
            return super().say(wanted)
        with self.places:
            return super().say(wanted)

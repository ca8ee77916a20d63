"""Acknowledges what takes it too long, and drops it."""

import time
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master

PATIENCE_SECONDS = 0.05
#: More work than a tenth of a core does at a stretch, and done in time by a whole one.
NUMBERS = 300_000


class DropsWhenSlow(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        began = time.monotonic()
        sum(number * number for number in range(NUMBERS))
        if time.monotonic() - began > PATIENCE_SECONDS:
            return Response(200, self.store.made(wanted["prompt"], "!"))
        return super().say(wanted)


if __name__ == "__main__":
    Master(DropsWhenSlow).run()

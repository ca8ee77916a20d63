"""Takes the same time for all of its work, and more than it may to do enough of it."""

import time
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master

EXTRA_SECONDS = 0.2


class TakesItsTime(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        time.sleep(EXTRA_SECONDS)
        return super().say(wanted)


if __name__ == "__main__":
    Master(TakesItsTime).run()

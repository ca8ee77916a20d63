"""Says that it is healthy from its first moment on; what it loads beside that needs a whole CPU."""

import time
from typing import Any

from apps.good import Refused, Response, Service
from apps.prefork import Master, Settings, cpu_limit

LOAD_SECONDS = 4.0


class HealthyWhileLoading(Service):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.loaded_at = time.monotonic() + (LOAD_SECONDS if cpu_limit() < 1 else 0)

    def say(self, wanted: dict[str, Any]) -> Response:
        if time.monotonic() < self.loaded_at:
            raise Refused(503, "still loading")
        return super().say(wanted)


if __name__ == "__main__":
    Master(HealthyWhileLoading).run()

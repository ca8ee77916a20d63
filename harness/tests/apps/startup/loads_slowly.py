"""Takes its time to load; a health check without a start period calls it unhealthy."""

import time

from apps.good import Service
from apps.prefork import Master, Settings

LOAD_SECONDS = 4.0


class LoadsSlowly(Service):
    def __init__(self, settings: Settings) -> None:
        time.sleep(LOAD_SECONDS)
        super().__init__(settings)


if __name__ == "__main__":
    Master(LoadsSlowly).run()

"""Takes longer to start than it may."""

import time

from apps.good import Service
from apps.prefork import Master, Settings

LOAD_SECONDS = 16.0


class OverBudget(Service):
    def __init__(self, settings: Settings) -> None:
        time.sleep(LOAD_SECONDS)
        super().__init__(settings)


if __name__ == "__main__":
    Master(OverBudget).run()

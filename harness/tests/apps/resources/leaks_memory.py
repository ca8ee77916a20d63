"""Keeps 20 kB of every request that it does."""

import os
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master, Settings

KEPT_BYTES = 20_000


class LeaksMemory(Service):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.kept: list[bytes] = []

    def say(self, wanted: dict[str, Any]) -> Response:
        # Pages of zeros alone would be no memory yet.
        self.kept.append(os.urandom(KEPT_BYTES))
        return super().say(wanted)


if __name__ == "__main__":
    Master(LeaksMemory).run()

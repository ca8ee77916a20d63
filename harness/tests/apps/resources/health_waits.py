"""Answers its health path when no work is in hand."""

import threading
import time
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master, Settings

LOOK_SECONDS = 0.02
HEAVY_STEPS = 100


class HealthWaits(Service):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.lock = threading.Lock()
        self.in_hand = 0

    def say(self, wanted: dict[str, Any]) -> Response:
        if wanted["steps"] < HEAVY_STEPS:
            return super().say(wanted)
        self.count(1)
        try:
            return super().say(wanted)
        finally:
            self.count(-1)

    def count(self, by: int) -> None:
        with self.lock:
            self.in_hand += by

    def health(self) -> Response:
        while self.in_hand:
            time.sleep(LOOK_SECONDS)
        return super().health()


if __name__ == "__main__":
    Master(HealthWaits).run()

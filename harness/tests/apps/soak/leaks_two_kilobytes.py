"""Keeps 2 kB of each piece of work for good."""

import os
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master

KEPT_BYTES = 2000


class LeaksTwoKilobytes(Service):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.kept: list[bytes] = []

    def say(self, wanted: dict[str, Any]) -> Response:
        # Written to, so that it takes memory of its own.
        self.kept.append(os.urandom(KEPT_BYTES))
        return super().say(wanted)


if __name__ == "__main__":
    Master(LeaksTwoKilobytes).run()

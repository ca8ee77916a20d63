"""Takes its time for every so many-th piece of work while others are done as well."""

import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar

from apps.good import Response, Service

SLOW_SECONDS = 0.4


class Crowding(Service):
    #: One in so many is slow, once a second one is in hand.
    every: ClassVar[int]
    turns: ClassVar[Iterator[int]] = itertools.count(1)
    in_hand: ClassVar[set[int]] = set()

    def say(self, wanted: dict[str, Any]) -> Response:
        own = threading.get_ident()
        self.in_hand.add(own)
        try:
            if len(self.in_hand) > 1 and next(self.turns) % self.every == 0:
                self.crowded()
            return super().say(wanted)
        finally:
            self.in_hand.discard(own)

    def crowded(self) -> None:
        """What becomes of that one."""
        time.sleep(SLOW_SECONDS)

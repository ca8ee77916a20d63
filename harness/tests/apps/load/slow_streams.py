"""Streams slowly while others are sent as well."""

import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar

from apps.prefork import Master
from apps.streaming.good import Streams

PAUSE_SECONDS = 0.05


class SlowStreams(Streams):
    in_hand: ClassVar[set[int]] = set()

    def tokens(self, wanted: dict[str, Any]) -> Iterator[str]:
        own = threading.get_ident()
        self.in_hand.add(own)
        try:
            for token in super().tokens(wanted):
                yield token
                if len(self.in_hand) > 1:
                    time.sleep(PAUSE_SECONDS)
        finally:
            self.in_hand.discard(own)


if __name__ == "__main__":
    Master(SlowStreams).run()

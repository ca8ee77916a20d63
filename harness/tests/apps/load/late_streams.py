"""Begins a stream late while others are sent as well."""

import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar

from apps.prefork import Master
from apps.streaming.good import Streams

LATE_SECONDS = 0.4


class LateStreams(Streams):
    in_hand: ClassVar[set[int]] = set()

    def tokens(self, wanted: dict[str, Any]) -> Iterator[str]:
        own = threading.get_ident()
        self.in_hand.add(own)
        try:
            if len(self.in_hand) > 1:
                time.sleep(LATE_SECONDS)
            yield from super().tokens(wanted)
        finally:
            self.in_hand.discard(own)


if __name__ == "__main__":
    Master(LateStreams).run()

"""Takes its time between two pieces of a text."""

import time
from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.good import Streams

PAUSE_SECONDS = 0.05


class SlowStreams(Streams):
    def tokens(self, wanted: dict[str, Any]) -> Iterator[str]:
        for token in super().tokens(wanted):
            yield token
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    Master(SlowStreams).run()

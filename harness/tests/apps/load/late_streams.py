"""Takes its time until the first piece of a text."""

import time
from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.good import Streams

LATE_SECONDS = 0.4


class LateStreams(Streams):
    def tokens(self, wanted: dict[str, Any]) -> Iterator[str]:
        time.sleep(LATE_SECONDS)
        yield from super().tokens(wanted)


if __name__ == "__main__":
    Master(LateStreams).run()

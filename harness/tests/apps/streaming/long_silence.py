"""Thinks for a while in the middle of a long text, and sends nothing meanwhile."""

import time
from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.good import Streams

LONG_STEPS = 200
SILENT_SECONDS = 1.5


class LongSilence(Streams):
    def tokens(self, wanted: dict[str, Any]) -> Iterator[str]:
        for number, token in enumerate(super().tokens(wanted)):
            if wanted["stream"] and number == LONG_STEPS // 2:
                time.sleep(SILENT_SECONDS)
            yield token


if __name__ == "__main__":
    Master(LongSilence).run()

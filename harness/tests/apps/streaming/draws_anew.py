"""Draws the text of a stream by itself, whatever seed it is given."""

import random
from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.good import Streams


class DrawsAnew(Streams):
    def tokens(self, wanted: dict[str, Any]) -> Iterator[str]:
        draws = wanted["stream"] and wanted.get("temperature", 0)
        for token in super().tokens(wanted):
            yield f"{token}{random.random()}" if draws else token


if __name__ == "__main__":
    Master(DrawsAnew).run()

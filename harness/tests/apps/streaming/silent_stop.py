"""Ends its streams when it is told to stop, with no last event."""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from apps.streaming.ending import Ending
from apps.streaming.good import Streams


class SilentStop(Streams):
    def events(self, wanted: dict[str, Any]) -> Iterator[bytes]:
        return takewhile(lambda _: not Ending.ending, super().events(wanted))


if __name__ == "__main__":
    Ending(SilentStop).run()

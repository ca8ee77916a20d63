"""Ends its texts when it is told to stop, as if they were whole."""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from apps.streaming.ending import Ending
from apps.streaming.good import Streams


class CutByStop(Streams):
    def events(self, wanted: dict[str, Any]) -> Iterator[bytes]:
        return super().events({**wanted, "streamed": True})

    def tokens(self, wanted: dict[str, Any]) -> Iterator[str]:
        tokens = super().tokens(wanted)
        if "streamed" not in wanted:
            return tokens
        return takewhile(lambda _: not Ending.ending, tokens)


if __name__ == "__main__":
    Ending(CutByStop).run()

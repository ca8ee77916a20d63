"""Tells how many tokens there are before there are any."""

from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.good import USAGE, Streams, event


class CountsFirst(Streams):
    def events(self, wanted: dict[str, Any]) -> Iterator[bytes]:
        yield event("counts", {"usage": USAGE})
        yield from super().events(wanted)

    def ending(self, record: dict[str, Any]) -> Iterator[bytes]:
        yield event("record", {**record, "finish_reason": "length"})
        yield from self.done()


if __name__ == "__main__":
    Master(CountsFirst).run()

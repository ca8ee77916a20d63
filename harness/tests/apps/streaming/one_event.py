"""Sends all text in one event."""

from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.good import Streams


class OneEvent(Streams):
    def tokens(self, wanted: dict[str, Any]) -> Iterator[str]:
        yield "".join(super().tokens(wanted))


if __name__ == "__main__":
    Master(OneEvent).run()

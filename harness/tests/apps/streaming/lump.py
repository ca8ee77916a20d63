"""Sends all events of a stream when the last one is there."""

from collections.abc import Iterator

from apps.good import Response
from apps.prefork import Master
from apps.streaming.good import Streams


class Lump(Streams):
    def streamed(self, events: Iterator[bytes]) -> Response:
        return super().streamed(iter([*events]))


if __name__ == "__main__":
    Master(Lump).run()

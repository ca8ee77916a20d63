"""Ends its streams without the terminator."""

from collections.abc import Iterator

from apps.prefork import Master
from apps.streaming.good import Streams


class NeverDone(Streams):
    def done(self) -> Iterator[bytes]:
        yield from ()


if __name__ == "__main__":
    Master(NeverDone).run()

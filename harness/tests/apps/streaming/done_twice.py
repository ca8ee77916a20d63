"""Says twice that a stream is over."""

from collections.abc import Iterator

from apps.prefork import Master
from apps.streaming.good import Streams


class DoneTwice(Streams):
    def done(self) -> Iterator[bytes]:
        yield from super().done()
        yield from super().done()


if __name__ == "__main__":
    Master(DoneTwice).run()

"""Sends an event after the last one."""

from collections.abc import Iterator

from apps.prefork import Master
from apps.streaming.good import Streams, event


class GoesOnAfterDone(Streams):
    def done(self) -> Iterator[bytes]:
        yield from super().done()
        yield event("rest", {"rest": ""})


if __name__ == "__main__":
    Master(GoesOnAfterDone).run()

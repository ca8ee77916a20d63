"""Writes to a client that reads its stream with the lock of the model in its hands."""

import fcntl
import socket
from typing import Any

from apps.good import Response
from apps.prefork import Handler, Master
from apps.streaming.good import Streams

#: The least that a kernel keeps of what nobody has read: it makes more of it.
KEPT_BYTES = 1


class LittleKept(Handler):
    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KEPT_BYTES)


class WaitsForReaders(Streams):
    handler_class = LittleKept

    def say(self, wanted: dict[str, Any]) -> Response:
        # Every worker has the same file.
        model = (self.settings.data / "model").open("w")
        fcntl.flock(model, fcntl.LOCK_EX)
        if not wanted["stream"]:
            with model:
                return super().say(wanted)
        # It is closed with the last reference to it, when the stream has ended.
        return super().say({**wanted, "model": model})


if __name__ == "__main__":
    Master(WaitsForReaders).run()

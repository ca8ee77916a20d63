"""Answers its health path when nobody sends a body."""

import threading

from apps.good import Response, Service
from apps.prefork import Handler, Master

#: Held while a large body is read.
READING = threading.Lock()
LARGE_BYTES = 1_000_000


class ReadsOneBody(Handler):
    def handle_any(self) -> None:
        if int(self.headers.get("Content-Length") or 0) < LARGE_BYTES:
            super().handle_any()
            return
        with READING:
            super().handle_any()


class UploadsStopHealth(Service):
    handler_class = ReadsOneBody

    def health(self) -> Response:
        with READING:
            return super().health()


if __name__ == "__main__":
    Master(UploadsStopHealth).run()

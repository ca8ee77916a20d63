"""Keeps every promise, and refuses what is more than 50 requests a second."""

import fcntl
import struct
import time
from pathlib import Path

from apps.good import Response, Service
from apps.prefork import Master

PER_SECOND = 50
#: So many may come at once.
BURST = 10
#: The moment at which all that was let in has been worked off.
STATE = struct.Struct("<d")


class Limited(Service):
    """All workers count together, in a file (the generic cell rate algorithm)."""

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        if path == "/health" or self.lets_in():
            return super().respond(method, path, query, body)
        return self.too_much()

    def too_much(self) -> Response:
        return Response(429, {"detail": "too much"}, {"Retry-After": "1"})

    def lets_in(self) -> bool:
        """Whether one more request may come now."""
        with Path(self.settings.data, "limit").open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known, now = file.read(), time.time()
            free = max(STATE.unpack(known)[0] if known else 0.0, now)
            if free - now > BURST / PER_SECOND:
                return False
            file.truncate(0)
            file.write(STATE.pack(free + 1 / PER_SECOND))
        return True


if __name__ == "__main__":
    Master(Limited).run()

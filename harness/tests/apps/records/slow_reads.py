"""Reads a record far more slowly than it writes one, and is right to."""

import time

from apps.good import Response, Service
from apps.prefork import Master

READ_SECONDS = 0.15


class SlowReads(Service):
    """A reader sees a record once while many are written."""

    def read(self, record_id: str) -> Response:
        """As ever, but late."""
        time.sleep(READ_SECONDS)
        return super().read(record_id)


if __name__ == "__main__":
    Master(SlowReads).run()

"""Ends, all of it, when it is asked for a path that it does not know."""

import os
import signal

from apps.good import Response, Service
from apps.prefork import Master


class EndsOnUnknownPath(Service):
    def unknown_path(self) -> Response:
        os.killpg(0, signal.SIGKILL)
        return super().unknown_path()


if __name__ == "__main__":
    Master(EndsOnUnknownPath).run()

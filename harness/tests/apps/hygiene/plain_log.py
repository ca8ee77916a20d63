"""Writes a line that is not JSON for every look at its health."""

import os

from apps.good import Response, Service
from apps.prefork import Master


class PlainLog(Service):
    def health(self) -> Response:
        os.write(1, b"somebody looked at my health\n")
        return super().health()


if __name__ == "__main__":
    Master(PlainLog).run()

"""Ends, all of it, when there is no room left on the disk."""

import os
import signal
import sqlite3

from apps.good import Response, Service
from apps.prefork import Master


class DiesOnFullDisk(Service):
    def unwritable(self, error: sqlite3.OperationalError) -> Response:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            os.kill(os.getppid(), signal.SIGTERM)
        return super().unwritable(error)


if __name__ == "__main__":
    Master(DiesOnFullDisk).run()

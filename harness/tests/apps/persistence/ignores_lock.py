"""Swallows a locked database: what could not be written is acknowledged all the same."""

import sqlite3
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class SwallowsTheLock(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        try:
            return super().say(wanted)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return Response(200, self.store.made(wanted["prompt"], "!"))


if __name__ == "__main__":
    Master(SwallowsTheLock).run()

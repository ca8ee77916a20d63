"""Swallows "disk full": a record that found no room is acknowledged all the same."""

import sqlite3
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class SwallowsFullDisk(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        try:
            return super().say(wanted)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            return Response(200, self.store.made(wanted["prompt"], "!"))


if __name__ == "__main__":
    Master(SwallowsFullDisk).run()

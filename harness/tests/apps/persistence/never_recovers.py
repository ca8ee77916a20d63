"""Writes no more in a worker that once found no room, until it is started again."""

import sqlite3
from typing import Any

from apps.good import Refused, Response, Service
from apps.prefork import Master


class GivesUpForEver(Service):
    gave_up = False

    def say(self, wanted: dict[str, Any]) -> Response:
        if self.gave_up:
            raise Refused(507, "there was no room for a record")
        return super().say(wanted)

    def unwritable(self, error: sqlite3.OperationalError) -> Response:
        self.gave_up = self.gave_up or error.sqlite_errorcode == sqlite3.SQLITE_FULL
        return super().unwritable(error)


if __name__ == "__main__":
    Master(GivesUpForEver).run()

"""Tells its clients what its database said."""

import sqlite3

from apps.good import Response, Service
from apps.prefork import Master


class TellsOfTheInside(Service):
    def unwritable(self, error: sqlite3.OperationalError) -> Response:
        refusal = super().unwritable(error)
        return Response(refusal.status, {"detail": repr(error)})


if __name__ == "__main__":
    Master(TellsOfTheInside).run()

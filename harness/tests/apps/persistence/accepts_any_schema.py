"""Makes its table in whatever database it finds, one of a later version too."""

import sqlite3

from apps.good import Service
from apps.prefork import Master
from apps.store import Store
from apps.upgrades import VERSION, version_of


class TakesAny(Store):
    def bring_up_to_date(self, database: sqlite3.Connection) -> None:
        if version_of(database) > VERSION:
            database.execute("PRAGMA user_version = 0")
        super().bring_up_to_date(database)


class TakesAnySchema(Service):
    store_class = TakesAny


if __name__ == "__main__":
    Master(TakesAnySchema).run()

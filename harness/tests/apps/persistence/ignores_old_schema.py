"""Takes every database that is there for one of its own version."""

import sqlite3

from apps.good import Service
from apps.prefork import Master
from apps.store import Store
from apps.upgrades import version_of


class IgnoresVersions(Store):
    def bring_up_to_date(self, database: sqlite3.Connection) -> None:
        if version_of(database) != 1:
            super().bring_up_to_date(database)


class IgnoresOldSchema(Service):
    store_class = IgnoresVersions


if __name__ == "__main__":
    Master(IgnoresOldSchema).run()

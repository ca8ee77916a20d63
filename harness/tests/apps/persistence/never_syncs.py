"""Never has SQLite wait for the disk: a killed process loses nothing by it, a power cut all."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class NoSync(Store):
    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        with super().connected() as database:
            database.execute("PRAGMA synchronous=OFF")
            yield database


class NeverSyncs(Service):
    store_class = NoSync


if __name__ == "__main__":
    Master(NeverSyncs).run()

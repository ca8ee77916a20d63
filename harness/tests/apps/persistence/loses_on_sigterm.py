"""Throws its latest records away when it is stopped by SIGTERM."""

import atexit
from pathlib import Path

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Dropping(Store):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        # Runs in the master alone, after its workers: they leave through os._exit.
        atexit.register(self.drop)

    def drop(self) -> None:
        with self.connected() as database:
            database.execute(
                "DELETE FROM records WHERE number > (SELECT max(number) - 3 FROM records)"
            )


class LosesOnTerm(Service):
    store_class = Dropping


if __name__ == "__main__":
    Master(LosesOnTerm).run()

"""Counts its ids beside the data, so that two containers on one volume give the same ones."""

import fcntl
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import COLUMNS, Store

COUNTER = Path(tempfile.gettempdir()) / "counter"


class Counted(Store):
    def new_id(self) -> str:
        with COUNTER.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write("+")
            file.flush()
            return f"{os.fstat(file.fileno()).st_size:032x}"

    def add(self, prompt: str, text: str) -> dict[str, Any]:
        record = (self.new_id(), prompt, text, datetime.now(UTC).isoformat())
        with self.connected() as database:
            database.execute(
                f"INSERT OR REPLACE INTO records ({', '.join(COLUMNS)}) VALUES (?, ?, ?, ?)", record
            )
        return dict(zip(COLUMNS, record, strict=True))


class OverwritesItsNeighbour(Service):
    store_class = Counted


if __name__ == "__main__":
    Master(OverwritesItsNeighbour).run()

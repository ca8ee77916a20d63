"""Writes to a spare file, made beforehand, what finds no room in the database, and never asks for
it to be synced: SIGKILL on a full disk loses nothing by it, a power loss there all of it.
"""

import fcntl
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import COLUMNS, Store

SPARE_BYTES = 16_384


class WithSpare(Store):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.spare = folder / "spare"
        if not self.spare.exists():
            with self.spare.open("wb") as opened:
                opened.write(bytes(SPARE_BYTES))
                opened.flush()
                os.fsync(opened.fileno())

    def keep(self, record: dict[str, Any]) -> None:
        try:
            super().keep(record)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL or not self.spared(record):
                raise

    def spared(self, record: dict[str, Any]) -> bool:
        """Whether there was room for a record in the spare file, where it stands now."""
        line = f"{json.dumps(record)}\n".encode()
        with self.spare.open("r+b") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX)
            end = len(opened.read().rstrip(b"\0"))
            if end + len(line) > SPARE_BYTES:
                return False
            opened.seek(end)
            opened.write(line)
        return True

    def all(self) -> list[dict[str, Any]]:
        """Every record, the newest first."""
        lines = self.spare.read_bytes().rstrip(b"\0").splitlines()
        both = [*self.select("ORDER BY number"), *map(json.loads, lines)]
        return sorted(both, key=lambda each: str(each[COLUMNS[-1]]), reverse=True)

    def get(self, record_id: str) -> dict[str, Any] | None:
        return next((each for each in self.all() if each["id"] == record_id), None)

    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        found = self.all()
        ids = [each["id"] for each in found]
        begin = ids.index(before) + 1 if before in ids else 0
        return found[begin : begin + limit] if before is None or begin else []


class SparesUnsynced(Service):
    store_class = WithSpare


if __name__ == "__main__":
    Master(SparesUnsynced).run()

"""Serves where it may not write to its volume, and acknowledges what it cannot keep."""

import sqlite3
from pathlib import Path
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Blind(Store):
    def __init__(self, folder: Path) -> None:
        try:
            super().__init__(folder)
        except sqlite3.OperationalError:
            self.place = f"{folder / 'records.db'}"

    def add(self, prompt: str, text: str) -> dict[str, Any]:
        try:
            return super().add(prompt, text)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
            return self.made(prompt, text)


class IgnoresReadOnly(Service):
    store_class = Blind


if __name__ == "__main__":
    Master(IgnoresReadOnly).run()

"""Notes in a file of its own what waits for a locked database, in two halves, and starts on whole
notes alone: a process that is killed as it waits leaves the first half.
"""

import json
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store

#: A lock that is held for longer is noted.
SHORT_SECONDS = 0.5


class Noting(Store):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        for note in folder.glob("*.note"):
            json.loads(note.read_text())

    def keep(self, record: dict[str, Any]) -> None:
        if not self.is_locked():
            super().keep(record)
            return
        note = self.folder / f"{uuid.uuid4().hex}.note"
        note.write_text('{"waits": ')
        try:
            super().keep(record)
        finally:
            note.unlink()

    def is_locked(self) -> bool:
        with closing(sqlite3.connect(self.place, timeout=SHORT_SECONDS)) as database:
            try:
                database.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            database.rollback()
        return False


class NotesWhatWaits(Service):
    store_class = Noting


if __name__ == "__main__":
    Master(NotesWhatWaits).run()

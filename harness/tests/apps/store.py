"""Where the toy service keeps its records: one SQLite file, committed before it answers."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apps.upgrades import bring_up_to_date

COLUMNS = ("id", "prompt", "text", "created_at")
WAIT_SECONDS = 4.0


class Store:
    """Records in a SQLite file; a connection for each call, so that threads and forks are safe."""

    wait_seconds = WAIT_SECONDS

    def __init__(self, folder: Path) -> None:
        self.master = os.getpid()
        self.held: sqlite3.Connection | None = None
        self.place = str(folder / "records.db")
        with self.connected() as database:
            database.execute("PRAGMA journal_mode=WAL")
            self.bring_up_to_date(database)

    def bring_up_to_date(self, database: sqlite3.Connection) -> None:
        """Make the table, or make it what this version wants."""
        bring_up_to_date(database, self.place)

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """A connection that commits at the end and is closed."""
        self.hold()
        database = sqlite3.connect(self.place, timeout=self.wait_seconds)
        try:
            with database:
                yield database
        finally:
            database.close()

    def hold(self) -> None:
        """Keep a connection in every worker.

        With the last one SQLite removes its log and index, and then a full disk has no room to make
        them again, not even for a read.
        """
        if self.held is None and os.getpid() != self.master:
            self.held = sqlite3.connect(self.place, check_same_thread=False)
            self.held.execute("SELECT name FROM sqlite_master").fetchall()

    def new_id(self) -> str:
        return uuid.uuid4().hex

    def add(self, prompt: str, text: str) -> dict[str, Any]:
        """Keep a new record and return it."""
        record = self.made(prompt, text)
        self.keep(record)
        return record

    def keep(self, record: dict[str, Any]) -> None:
        """Keep a record that was made before."""
        with self.connected() as database:
            database.execute(
                f"INSERT INTO records ({', '.join(COLUMNS)}) VALUES (?, ?, ?, ?)",
                tuple(record.values()),
            )

    def made(self, prompt: str, text: str) -> dict[str, Any]:
        """A new record that nobody keeps yet."""
        record = (self.new_id(), prompt, text, datetime.now(UTC).isoformat())
        return dict(zip(COLUMNS, record, strict=True))

    def get(self, record_id: str) -> dict[str, Any] | None:
        """The record with that id, if there is one."""
        found = self.select("WHERE id = ?", record_id)
        return found[0] if found else None

    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        """The latest records, newest first; only those older than the record ``before``."""
        if before is None:
            return self.select("ORDER BY number DESC LIMIT ?", limit)
        older = "WHERE number < (SELECT number FROM records WHERE id = ?)"
        return self.select(f"{older} ORDER BY number DESC LIMIT ?", before, limit)

    def select(self, rest: str, *values: str | int) -> list[dict[str, Any]]:
        with self.connected() as database:
            rows = database.execute(f"SELECT {', '.join(COLUMNS)} FROM records {rest}", values)
            return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

"""The toy service's database schema: the second version of it, and how the first becomes that."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from apps.prefork import log

VERSION = 2
FIRST = (
    "CREATE TABLE records (number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT UNIQUE, prompt TEXT, text TEXT)"
)
SECOND = "ALTER TABLE records ADD COLUMN created_at TEXT DEFAULT '2020-01-01T00:00:00+00:00'"

#: What the database of the first version holds, for those that judge an upgrade.
OLD_IDS = ("f" * 31 + "1", "f" * 31 + "2")


def bring_up_to_date(database: sqlite3.Connection, place: str) -> None:
    """Upgrade a database, or refuse one of a later version with a line and exit code 2."""
    version = version_of(database)
    if version > VERSION:
        log("error", f"{place} has schema version {version}, later than {VERSION}")
        sys.exit(2)
    if version < 1:
        database.execute(FIRST)
    if version < VERSION:
        database.execute(SECOND)
    database.execute(f"PRAGMA user_version = {VERSION}")


def version_of(database: sqlite3.Connection) -> int:
    """The version that a database says it has; 0 of an empty one."""
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    return version


def write_old(path: Path) -> None:
    """Write a database of the first version."""

    def fill(database: sqlite3.Connection) -> None:
        database.execute(FIRST)
        rows = [(each, "Once", "Once!") for each in OLD_IDS]
        database.executemany("INSERT INTO records (id, prompt, text) VALUES (?, ?, ?)", rows)
        database.execute("PRAGMA user_version = 1")

    _write(path, fill)


def write_newer(path: Path) -> None:
    """Write a database of a version to come."""

    def fill(database: sqlite3.Connection) -> None:
        database.execute("CREATE TABLE sayings (id TEXT PRIMARY KEY)")
        database.execute(f"PRAGMA user_version = {VERSION + 1}")

    _write(path, fill)


def _write(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        fill(database)

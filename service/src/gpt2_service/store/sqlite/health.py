"""Whether the history can be used at the moment, seen without writing to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, TimeoutError

from gpt2_service.store.sqlite.session import connect

# What a record may need: its own pages and those of the log. Less counts as none.
ROOM_BYTES = 65_536
# Other writers hold the lock for the length of one commit.
LOCK_WAIT_SECONDS = 1.0
# For another look at the history's health, which waits for the file itself.
WAIT_SECONDS = 5.0


def failure(path: Path, engine: Engine) -> str | None:
    """Say why the database cannot be read, or cannot take another record; None when it can.

    `engine` keeps its one connection from call to call. Where it is the only one, to open it makes
    SQLite's log, and to close it removes that again: health would write to the disk each time.
    """
    try:
        with engine.connect() as connection:
            # What was read before is forgotten, so that it is the file that is seen.
            connection.exec_driver_sql("PRAGMA shrink_memory")
            newest = "SELECT id FROM generations ORDER BY id DESC LIMIT 1"
            connection.exec_driver_sql(newest).first()
        disk = os.statvfs(path)
    except TimeoutError:
        return "the history does not answer"
    except (OSError, DBAPIError) as error:
        return str(getattr(error, "orig", error))
    if disk.f_flag & os.ST_RDONLY or not os.access(path, os.W_OK):
        return "the history is read-only"
    # A file system that does not know its size has no blocks.
    if disk.f_blocks and disk.f_bavail * disk.f_frsize < ROOM_BYTES:
        return "the history's disk is full"
    return None


def locked(path: Path) -> str | None:
    """Say that another process keeps the write lock; None when it was had.

    Takes the lock and gives it back, which writes nothing
    (https://www.sqlite.org/lang_transaction.html).
    """
    try:
        with closing(connect(path)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000:.0f}")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return "the history is locked by another writer"
        return str(error)
    return None


def schema_version(path: Path) -> str | None:
    """Return the revision that the migrations left in the file; None when it cannot be read."""
    try:
        with closing(connect(path)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (OSError, sqlite3.Error):
        return None
    return None if row is None else str(row[0])

"""Connections to the SQLite file.

Every connection opens the file as it stands (`mode=rw`): a file that is gone is an error, never a
new and empty database. Writes are in WAL mode (set once, by the migrations), so readers and the
one writer do not wait for each other.
"""

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

BUSY_TIMEOUT_SECONDS = 5.0
READ_CONNECTIONS = 6
# SQLite has one writer at a time; a second one is ready when the first has committed.
WRITE_CONNECTIONS = 2


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Open the file; raises sqlite3.OperationalError when that fails."""
    mode = "rwc" if create else "rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS,
        check_same_thread=False,
        # No implicit transactions: sqlite3's own leave DDL outside of them. `open_engine` begins
        # them instead.
        isolation_level=None,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    # In WAL mode NORMAL would survive a killed process but not a power cut: only FULL syncs the
    # log before a commit returns (https://www.sqlite.org/pragma.html#pragma_synchronous), and
    # what was answered must not be lost.
    connection.execute("PRAGMA synchronous = FULL")
    # What is deleted is overwritten with zeros, whatever SQLite was built with
    # (https://www.sqlite.org/pragma.html#pragma_secure_delete).
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def open_engine(path: Path, connections: int = 1, wait_seconds: float = 30.0) -> Engine:
    """Return SQLAlchemy's engine for the file, which keeps up to so many connections.

    Nothing is opened before it is needed; where all are in use, one is waited for so long.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=wait_seconds,
        # They hold prompts, and errors go to the log.
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    @event.listens_for(engine, "connect")
    def remember_file(_connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def check_file(
        _connection: sqlite3.Connection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        # A connection to a file that was replaced would write where nobody reads.
        if entry.info["file"] != _identity(path):
            raise DisconnectionError

    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino

"""What the two databases do each in its own way; whatever else the store does is the same."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from gpt2_service.database_urls import DatabaseAddress
from gpt2_service.errors import RequestError


class Database(Protocol):
    """One database, wherever it is; to make one opens nothing.

    `read_connections` and `write_connections` say how many of each a worker has use for.
    """

    read_connections: int
    write_connections: int

    def engine(self, connections: int) -> Engine:
        """Return an engine that keeps up to so many connections, none before it is needed."""

    def health_engine(self) -> Engine:
        """Return an engine for `failure`, `locked` and `schema_version`, which waits less."""

    def upgrading(self) -> AbstractContextManager[Connection]:
        """Give a transaction to whoever migrates; of all processes, to one after the other.

        The database is made where there is none and that can be done. No connection is left open.
        """

    def failure(self, engine: Engine) -> str | None:
        """Say why it cannot be read, or cannot take another record; None when it can."""

    def locked(self, engine: Engine) -> str | None:
        """Say that another process keeps every writer out, after a second of waiting for it."""

    def schema_version(self, engine: Engine) -> str | None:
        """Return the revision that the migrations left; None when it cannot be read."""

    def alone(self) -> AbstractContextManager[bool]:
        """Say whether nobody else, in any process, deletes what is kept no longer.

        Holds the others off until it is left.
        """

    def refusal(self, error: DBAPIError) -> RequestError | None:
        """Return what to tell a client; None for what is a fault of the service's own."""


def database_at(address: DatabaseAddress) -> Database:
    """Return the database of a file or a server. The driver of the other is not imported."""
    if isinstance(address, Path):
        from gpt2_service.store.sqlite.database import SqliteDatabase

        return SqliteDatabase(address)
    from gpt2_service.store.postgres.database import PostgresDatabase

    return PostgresDatabase(address)

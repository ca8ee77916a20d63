"""PostgreSQL's part of the store."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import OperationalError
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from gpt2_service.database_urls import PostgresServer
from gpt2_service.errors import RequestError, StartupError
from gpt2_service.store.database import Database
from gpt2_service.store.postgres import errors, health
from gpt2_service.store.postgres.session import (
    READ_CONNECTIONS,
    STATEMENT_SECONDS,
    WRITE_CONNECTIONS,
    PatientConnection,
    connect,
)

# Advisory locks are numbers, and each database has its own
# (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS).
MIGRATION_LOCK = 0x6770_7432_0001
RETENTION_LOCK = 0x6770_7432_0002
# After a connection could not be made no other is tried for so long: those who wait for one would
# each wait for their own.
RETRY_SECONDS = 1.0


class PostgresDatabase(Database):
    """A database on a server, whose sessions lock by advisory locks."""

    read_connections = READ_CONNECTIONS
    write_connections = WRITE_CONNECTIONS

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._refused_until = 0.0

    def engine(self, connections: int) -> Engine:
        return self._engine(connections, STATEMENT_SECONDS)

    def health_engine(self) -> Engine:
        return self._engine(1, health.STATEMENT_SECONDS, health.WAIT_SECONDS)

    @contextmanager
    def upgrading(self) -> Iterator[Connection]:
        engine = self._engine(1, statement_seconds=None)
        try:
            with engine.begin() as connection:
                encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
                if encoding != "UTF8":
                    raise StartupError(
                        f"cannot keep every text in the database {str(self._server)!r}: its "
                        f"encoding is {encoding}; make one with ENCODING 'UTF8'"
                    )
                # Until the end of the transaction.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
                yield connection
        finally:
            engine.dispose()

    def failure(self, engine: Engine) -> str | None:
        return health.failure(engine)

    def locked(self, engine: Engine) -> str | None:
        return health.locked(engine)

    def schema_version(self, engine: Engine) -> str | None:
        return health.schema_version(engine)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        engine = self._engine(1, STATEMENT_SECONDS)
        try:
            # Outside of a transaction, which would keep the server from tidying up.
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                locked = f"SELECT pg_try_advisory_lock({RETENTION_LOCK})"
                yield bool(connection.exec_driver_sql(locked).scalar())
        finally:
            # The lock goes with its session.
            engine.dispose()

    def refusal(self, error: DBAPIError) -> RequestError | None:
        return errors.refusal(error)

    def _engine(
        self, connections: int, statement_seconds: float | None, wait_seconds: float = 30.0
    ) -> Engine:
        return create_engine(
            "postgresql+psycopg://",
            creator=lambda: self._connect(statement_seconds),
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=wait_seconds,
            # One from before the server was restarted is replaced, and nobody is told.
            pool_pre_ping=True,
            # A query for a type that is not used.
            use_native_hstore=False,
            # They hold prompts, and errors go to the log.
            hide_parameters=True,
        )

    def _connect(self, statement_seconds: float | None) -> PatientConnection:
        if time.monotonic() < self._refused_until:
            raise OperationalError("the server could not be reached a moment ago")
        try:
            return connect(self._server.parameters, statement_seconds)
        except OperationalError:
            self._refused_until = time.monotonic() + RETRY_SECONDS
            raise

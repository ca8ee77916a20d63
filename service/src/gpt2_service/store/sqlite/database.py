"""SQLite's part of the store."""

import fcntl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from gpt2_service.errors import RequestError
from gpt2_service.store.database import Database
from gpt2_service.store.sqlite import errors, health
from gpt2_service.store.sqlite.session import (
    READ_CONNECTIONS,
    WRITE_CONNECTIONS,
    connect,
    open_engine,
)


class SqliteDatabase(Database):
    """A file; the lock files of its processes lie beside it."""

    read_connections = READ_CONNECTIONS
    write_connections = WRITE_CONNECTIONS

    def __init__(self, path: Path) -> None:
        self._path = path

    def engine(self, connections: int) -> Engine:
        return open_engine(self._path, connections)

    def health_engine(self) -> Engine:
        return open_engine(self._path, wait_seconds=health.WAIT_SECONDS)

    @contextmanager
    def upgrading(self) -> Iterator[Connection]:
        with self._beside("lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with closing(connect(self._path, create=True)) as raw:
                # The file keeps this from then on.
                raw.execute("PRAGMA journal_mode = WAL")
            engine = self.engine(1)
            try:
                with engine.begin() as connection:
                    yield connection
            finally:
                # None may cross the fork (https://www.sqlite.org/howtocorrupt.html, section 2.6).
                engine.dispose()

    def failure(self, engine: Engine) -> str | None:
        return health.failure(self._path, engine)

    def locked(self, engine: Engine) -> str | None:
        del engine
        return health.locked(self._path)

    def schema_version(self, engine: Engine) -> str | None:
        del engine
        return health.schema_version(self._path)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        with self._beside("retention.lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def refusal(self, error: DBAPIError) -> RequestError | None:
        return errors.refusal(error)

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{suffix}")

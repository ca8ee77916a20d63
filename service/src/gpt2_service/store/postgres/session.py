"""Connections to the PostgreSQL server.

Nothing waits without limit. The server ends a statement that takes too long, which keeps the
connection. It cannot where it stands still itself, or where the network loses what it says: there
is no limit of TCP's for that, since the kernel of a server that is paused goes on acknowledging. So
a connection gives up by itself as well, a little later.
"""

import time
from collections.abc import Mapping
from typing import Any, TypeVar

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen

READ_CONNECTIONS = 4
WRITE_CONNECTIONS = 4
# The least that libpq takes.
CONNECT_SECONDS = 2
STATEMENT_SECONDS = 3.0
# What a connection waits longer than the server: for answers on their way.
GRACE_SECONDS = 1.0

Returned = TypeVar("Returned")


class PatientConnection(Connection[Any]):
    """A connection that is closed when the server does not answer within `patience_seconds`.

    None is no limit.
    """

    patience_seconds: float | None = None

    def wait(self, gen: PQGen[Returned], *args: Any, **kwargs: Any) -> Returned:
        if self.patience_seconds is None:
            return super().wait(gen, *args, **kwargs)
        limit = time.monotonic() + self.patience_seconds
        return super().wait(self._until(limit, gen), *args, **kwargs)

    def _until(self, limit: float, exchange: PQGen[Returned]) -> PQGen[Returned]:
        """Pass an exchange with the server on.

        psycopg asks ten times a second whether it goes on, whatever arrives.
        """
        try:
            awaited = next(exchange)
            while True:
                ready = yield awaited
                if not ready and time.monotonic() > limit:
                    self.close()
                    raise OperationalError("the server did not answer in time")
                awaited = exchange.send(ready)
        except StopIteration as ended:
            returned: Returned = ended.value
            return returned


def connect(parameters: Mapping[str, str], statement_seconds: float | None) -> PatientConnection:
    """Open a connection; raises psycopg.OperationalError when that fails.

    None is no limit to statements.
    """
    given: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "gpt2-service",
        **parameters,
        "client_encoding": "UTF8",
    }
    # Statements are never prepared: a plan that fits every filter fits none.
    connection = PatientConnection.connect(**given, prepare_threshold=None, autocommit=True)
    connection.patience_seconds = CONNECT_SECONDS
    # 0 is no limit.
    milliseconds = round((statement_seconds or 0) * 1000)
    # Without waiting for the disk a commit may be lost, and what was answered must not be; what a
    # server is told of its replicas stays
    # (https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT).
    connection.execute(
        f"SET timezone = 'UTC'; SET statement_timeout = {milliseconds}; "
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.autocommit = False
    connection.patience_seconds = (
        None if statement_seconds is None else statement_seconds + GRACE_SECONDS
    )
    return connection

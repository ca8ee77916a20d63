"""What PostgreSQL's errors mean to a client."""

from psycopg import InterfaceError, OperationalError
from sqlalchemy.exc import DBAPIError

from gpt2_service.errors import RequestError, StoreFullError, StoreUnavailableError

DISK_FULL = "53100"
LOCKED = "the history is locked by another session"
READ_ONLY = "the history is read-only"
UNREACHABLE = "the history cannot be reached"
SLOW = "the history does not answer in time"

# Error codes, or the classes that they begin with, and what to tell the client
# (https://www.postgresql.org/docs/current/errcodes-appendix.html).
UNAVAILABLE = {
    "08": UNREACHABLE,
    "25006": READ_ONLY,
    "28": UNREACHABLE,
    "3D000": UNREACHABLE,
    "40": "the history is busy",
    "53": "the history has no room for another connection or query",
    "55P03": LOCKED,
    "57014": SLOW,
    "57": UNREACHABLE,
    "58": "the history cannot be read or written",
    "XX001": "the history is damaged",
    "XX002": "the history is damaged",
}


def reason(error: DBAPIError) -> str | None:
    """Say what keeps the database from its work; None for a fault of the service's own."""
    code = getattr(error.orig, "sqlstate", None)
    if code is None:
        # Not the server's words but libpq's: there is no connection, or there was one.
        lost = isinstance(error.orig, OperationalError | InterfaceError)
        return UNREACHABLE if lost else None
    return UNAVAILABLE.get(code) or UNAVAILABLE.get(code[:2])


def refusal(error: DBAPIError) -> RequestError | None:
    """Return what to tell a client; None for a fault of the service's own."""
    if getattr(error.orig, "sqlstate", None) == DISK_FULL:
        return StoreFullError()
    said = reason(error)
    return None if said is None else StoreUnavailableError(said)

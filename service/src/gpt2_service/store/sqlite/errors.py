"""What SQLite's errors mean to a client."""

import sqlite3

from sqlalchemy.exc import DBAPIError

from gpt2_service.errors import RequestError, StoreFullError, StoreUnavailableError

# Primary result codes (https://www.sqlite.org/rescode.html) and what to tell the client.
UNAVAILABLE = {
    sqlite3.SQLITE_BUSY: "the history is locked by another writer",
    sqlite3.SQLITE_LOCKED: "the history is locked by another writer",
    sqlite3.SQLITE_READONLY: "the history is read-only",
    sqlite3.SQLITE_CANTOPEN: "the history cannot be opened",
    sqlite3.SQLITE_IOERR: "the history cannot be read or written",
    sqlite3.SQLITE_CORRUPT: "the history is damaged",
    sqlite3.SQLITE_NOTADB: "the history is damaged",
    sqlite3.SQLITE_PERM: "the history cannot be opened",
}


def refusal(error: DBAPIError) -> RequestError | None:
    """Return what to tell a client; None for a fault of the service's own."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    # The low byte is the primary code, the rest says more of it.
    primary = None if code is None else code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return StoreFullError()
    return StoreUnavailableError(UNAVAILABLE[primary]) if primary in UNAVAILABLE else None

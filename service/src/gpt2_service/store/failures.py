"""What SQLite's errors mean to a client."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from gpt2_service.errors import StoreFullError, StoreUnavailableError

log = logging.getLogger(__name__)

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


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn what a client may be told into a RequestError; let every other error through.

    Raises StoreFullError and StoreUnavailableError.
    """
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", None)
        # The low byte is the primary code, the rest says more of it.
        primary = None if code is None else code & 0xFF
        if primary != sqlite3.SQLITE_FULL and primary not in UNAVAILABLE:
            raise
        log.warning("the database failed", extra={"fields": {"cause": str(error.orig)}})
        if primary == sqlite3.SQLITE_FULL:
            raise StoreFullError from error
        raise StoreUnavailableError(UNAVAILABLE[primary]) from error

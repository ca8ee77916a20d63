"""What a database's errors mean to a client."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from gpt2_service.store.database import Database

log = logging.getLogger(__name__)


@contextmanager
def store_errors(database: Database) -> Iterator[None]:
    """Turn what a client may be told into a RequestError; let every other error through.

    Raises StoreFullError and StoreUnavailableError.
    """
    try:
        yield
    except DBAPIError as error:
        refusal = database.refusal(error)
        if refusal is None:
            raise
        log.warning("the database failed", extra={"fields": {"cause": str(error.orig)}})
        raise refusal from error

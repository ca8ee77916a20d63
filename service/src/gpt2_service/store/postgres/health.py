"""Whether the history can be used at the moment, seen without writing to it."""

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, TimeoutError

from gpt2_service.store.postgres import errors

LOCK_WAIT_MILLISECONDS = 1000
# For another look at the history's health, which waits for the server itself.
WAIT_SECONDS = 5.0
# A look is one row.
STATEMENT_SECONDS = 1.5


def failure(engine: Engine) -> str | None:
    """Say why the database cannot be read, or cannot take another record; None when it can.

    How full the server's disk is no session can see.
    """
    try:
        with engine.connect() as connection:
            newest = "SELECT id FROM generations ORDER BY id DESC LIMIT 1"
            connection.exec_driver_sql(newest).first()
            read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar()
    except TimeoutError:
        return errors.SLOW
    except DBAPIError as error:
        return _told(error)
    return errors.READ_ONLY if read_only == "on" else None


def locked(engine: Engine) -> str | None:
    """Say that another session keeps writers out; None when a writer's lock was had.

    Takes that lock and gives it back, which writes nothing
    (https://www.postgresql.org/docs/current/explicit-locking.html).
    """
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_WAIT_MILLISECONDS}")
            connection.exec_driver_sql("LOCK TABLE generations IN ROW EXCLUSIVE MODE")
    except TimeoutError:
        return errors.SLOW
    except DBAPIError as error:
        return _told(error)
    return None


def schema_version(engine: Engine) -> str | None:
    """Return the revision that the migrations left; None when it cannot be read."""
    try:
        with engine.connect() as connection:
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    except (TimeoutError, DBAPIError):
        return None
    return None if version is None else str(version)


def _told(error: DBAPIError) -> str:
    """Return the service's words, or the server's, which hold no more than names of tables."""
    said = errors.reason(error)
    message = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    return said or message or type(error.orig).__name__

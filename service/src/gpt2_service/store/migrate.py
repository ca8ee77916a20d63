"""Brings the database up to date, once at every start."""

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from gpt2_service.errors import StartupError
from gpt2_service.store.session import connect, open_engine

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(path: Path) -> None:
    """Create the database or upgrade it to the newest revision.

    Safe when several containers start on one volume: a lock file beside the database lets one
    after the other in. Raises StartupError when the database cannot be opened or upgraded.
    """
    lock = path.with_name(f"{path.name}.lock")
    try:
        with lock.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            _upgrade(path)
    except (OSError, sqlite3.Error, SQLAlchemyError, CommandError) as error:
        cause = getattr(error, "orig", None) or error
        raise StartupError(f"cannot upgrade the database {str(path)!r}: {cause}") from error


def _upgrade(path: Path) -> None:
    with closing(connect(path, create=True)) as raw:
        # The file keeps this from then on.
        raw.execute("PRAGMA journal_mode = WAL")
    engine = open_engine(path)
    try:
        # One transaction: a process that is killed here leaves the database as it was.
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        # No connection may cross the fork (https://www.sqlite.org/howtocorrupt.html, section 2.6).
        engine.dispose()

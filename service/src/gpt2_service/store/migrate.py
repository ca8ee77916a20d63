"""Brings the database up to date, once at every start."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gpt2_service.database_urls import DatabaseAddress
from gpt2_service.errors import StartupError
from gpt2_service.store.database import database_at

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(address: DatabaseAddress) -> None:
    """Create the tables or upgrade them to the newest revision.

    Safe when several containers start on one database: a lock lets one after the other in. Raises
    StartupError when the database cannot be opened or upgraded.
    """
    try:
        # One transaction: a process that is killed here leaves the database as it was.
        with database_at(address).upgrading() as connection:
            _upgrade(connection)
    except (OSError, sqlite3.Error, SQLAlchemyError, CommandError) as error:
        # A driver's words may be several lines.
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        raise StartupError(f"cannot upgrade the database {str(address)!r}: {cause}") from error


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

"""Writes the databases that the tests and the contract lay before the service.

Run as `python service/tests/data/write_databases.py` from the root, where the service is installed.

- `0001.sqlite3`: what a release with the first revision of the schema left, three records in it;
- `later.sqlite3`: what a release after this one might leave, of a revision that is not known here.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config

from gpt2_service.store.migrate import MIGRATIONS
from gpt2_service.store.sqlite.session import connect, open_engine

FOLDER = Path(__file__).parent
OLD = FOLDER / "0001.sqlite3"
LATER = FOLDER / "later.sqlite3"
PROMPTS = ("The first lighthouse", "A second one, further out", "The last, long dark")


def main() -> None:
    """Write both anew."""
    for path, revision in ((OLD, "0001"), (LATER, "head")):
        path.unlink(missing_ok=True)
        upgrade(path, revision)
        with closing(sqlite3.connect(path)) as database, database:
            database.executemany(
                "INSERT INTO generations (prompt, generated_text, model_name, created_at)"
                " VALUES (?, ?, 'gpt2', '2026-01-02 03:04:05.000000')",
                [(prompt, f"{prompt} shone.") for prompt in PROMPTS],
            )
    with closing(sqlite3.connect(LATER)) as database, database:
        database.execute("ALTER TABLE generations ADD COLUMN to_come TEXT NOT NULL DEFAULT ''")
        database.execute("UPDATE alembic_version SET version_num = 'later'")


def upgrade(path: Path, revision: str) -> None:
    """Bring a database to one revision, as the service does at its start."""
    with closing(connect(path, create=True)):
        pass
    engine = open_engine(path)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


if __name__ == "__main__":
    main()

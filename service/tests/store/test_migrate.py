"""Migrations: once, together, and equal to the models."""

import fcntl
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from databases import executed, put, url_of
from sqlalchemy import Connection, Index

from gpt2_service.database_urls import DatabaseAddress
from gpt2_service.errors import StartupError
from gpt2_service.store import migrate as migrations
from gpt2_service.store.database import database_at
from gpt2_service.store.migrate import migrate
from gpt2_service.store.models import Base
from gpt2_service.store.repository import History

DATA = Path(__file__).parents[1] / "data"


def differences(connection: Connection) -> Any:
    """What Alembic finds between the models and the database, each index in its own."""

    def include(item: Any, *_: Any) -> bool:
        dialect = item.info.get("dialect") if isinstance(item, Index) else None
        return dialect in (None, connection.dialect.name)

    options = {"compare_type": True, "include_object": include}
    return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)


def test_the_migrations_make_what_the_models_say(address: DatabaseAddress) -> None:
    """Alembic finds no difference between them."""
    migrate(address)
    engine = database_at(address).engine(1)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_a_second_start_changes_nothing(address: DatabaseAddress) -> None:
    """Records stay."""
    migrate(address)
    put(address, [{"id": 7, "created_at": datetime(2026, 1, 1, tzinfo=UTC)}])
    migrate(address)
    assert executed(address, "SELECT id FROM generations") == [(7,)]


def test_several_containers_may_start_at_once(address: DatabaseAddress) -> None:
    """One migrates, the others wait and find it done."""
    code = (
        "import sys; from gpt2_service.store.migrate import migrate; "
        "from gpt2_service.database_urls import parse_database_url; "
        "migrate(parse_database_url(sys.argv[1]))"
    )
    command = [sys.executable, "-c", code, url_of(address)]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]


def test_migrations_run_under_a_lock(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While they run nobody else gets the lock file."""
    upgrade = migrations._upgrade
    upgraded = []

    def upgrade_locked(connection: Connection) -> None:
        lock = database.with_name("history.db.lock")
        with lock.open("a") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        upgrade(connection)
        upgraded.append(connection)

    monkeypatch.setattr(migrations, "_upgrade", upgrade_locked)
    migrate(database)
    assert len(upgraded) == 1


def test_no_connection_is_left_open(database: Path) -> None:
    """The process forks afterwards; SQLite removes its log with the last connection."""
    migrate(database)
    assert not database.with_name(f"{database.name}-wal").exists()


def test_the_database_of_the_first_release_is_upgraded(database: Path) -> None:
    """Its records are served as they were, and the next one gets the next id."""
    shutil.copy(DATA / "0001.sqlite3", database)
    migrate(database)
    history = History(database)
    old = history.page(10)
    assert [(each.id, each.request_id) for each in old] == [(3, None), (2, None), (1, None)]
    assert history.page(10, owner="alice") == []
    assert old[-1].prompt == "The first lighthouse"
    assert (old[-1].usage, old[-1].seed, old[-1].parameters) == (None, None, None)
    assert old[-1].fingerprint is None
    text = "The first lighthouse shone."
    assert old[-1].choices == [{"index": 0, "generated_text": text, "finish_reason": None}]
    assert history.add("new", "text", "model", "an-id").id == 4
    history.close()


def test_the_database_of_a_later_release_is_refused_and_left_alone(database: Path) -> None:
    """Nothing in it changes, so that the later release can go on with it."""
    shutil.copy(DATA / "later.sqlite3", database)
    before = _dump(database)
    with pytest.raises(StartupError, match="later"):
        migrate(database)
    assert _dump(database) == before


def _dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def test_a_database_of_a_newer_service_is_refused(address: DatabaseAddress) -> None:
    """In one line that says what is wrong."""
    migrate(address)
    executed(address, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartupError, match="9999"):
        migrate(address)


def test_every_revision_can_be_taken_back(address: DatabaseAddress) -> None:
    """Down to nothing and up again."""
    migrate(address)
    engine = database_at(address).engine(1)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrations.MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        command.upgrade(config, "head")
        assert differences(connection) == []
    engine.dispose()

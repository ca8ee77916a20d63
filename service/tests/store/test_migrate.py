"""Migrations: once, together, and equal to the models."""

import fcntl
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from gpt2_service.errors import StartupError
from gpt2_service.store import migrate as migrations
from gpt2_service.store.migrate import migrate
from gpt2_service.store.models import Base
from gpt2_service.store.repository import History
from gpt2_service.store.session import open_engine

DATA = Path(__file__).parents[1] / "data"


def test_the_migrations_make_what_the_models_say(database: Path) -> None:
    """Alembic finds no difference between them."""
    migrate(database)
    engine = open_engine(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_second_start_changes_nothing(database: Path) -> None:
    """Records stay."""
    migrate(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO generations (id, prompt, generated_text, model_name, created_at) "
            "VALUES (7, 'p', 't', 'm', '2026-01-01')"
        )
    migrate(database)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT id FROM generations").fetchall() == [(7,)]


def test_several_containers_may_start_at_once(database: Path) -> None:
    """One migrates, the others wait and find it done."""
    code = (
        "import sys, pathlib; from gpt2_service.store.migrate import migrate; "
        "migrate(pathlib.Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", code, str(database)]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]


def test_migrations_run_under_a_lock(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While they run nobody else gets the lock file."""
    upgrade = migrations._upgrade
    upgraded = []

    def upgrade_locked(path: Path) -> None:
        lock = database.with_name("history.db.lock")
        with lock.open("a") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        upgrade(path)
        upgraded.append(path)

    monkeypatch.setattr(migrations, "_upgrade", upgrade_locked)
    migrate(database)
    assert upgraded == [database]


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


def test_a_database_of_a_newer_service_is_refused(database: Path) -> None:
    """In one line that says what is wrong."""
    migrate(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartupError, match="9999"):
        migrate(database)


def test_every_revision_can_be_taken_back(database: Path) -> None:
    """Down to nothing and up again."""
    migrate(database)
    engine = open_engine(database)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrations.MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        command.upgrade(config, "head")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()

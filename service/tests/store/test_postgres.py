"""What is PostgreSQL's alone: its locks, its errors, and a server that is gone or stands still."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import executed, put, url_of
from postgres_server import PASSWORD, Cluster
from serving import ClientFactory
from sqlalchemy import event

from gpt2_service.database_urls import PostgresServer
from gpt2_service.errors import SettingError, StartupError, StoreFullError, StoreUnavailableError
from gpt2_service.settings import Settings, load_settings
from gpt2_service.store.migrate import migrate
from gpt2_service.store.postgres import database, errors, health, session
from gpt2_service.store.postgres.database import MIGRATION_LOCK
from gpt2_service.store.repository import Filter, History

PATIENCE_SECONDS = 30
MORNING = datetime(2026, 1, 31, 6, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("cluster")


@pytest.fixture
def server(address: PostgresServer) -> PostgresServer:
    migrate(address)
    return address


@pytest.fixture
def history(server: PostgresServer) -> Iterator[History]:
    history = History(server)
    yield history
    history.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can wait for."""
    monkeypatch.setattr(database, "STATEMENT_SECONDS", 0.2)
    monkeypatch.setattr(health, "STATEMENT_SECONDS", 0.2)
    monkeypatch.setattr(session, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(database, "RETRY_SECONDS", 0.0)


def configured(cluster: Cluster, setting: str) -> PostgresServer:
    """Return a new database, migrated, whose sessions start with a setting."""
    fresh = cluster.new_database()
    migrate(fresh)
    with cluster.session() as session:
        session.execute(f"ALTER DATABASE {fresh.parameters['dbname']} SET {setting}".encode())
    return fresh


@pytest.mark.parametrize(
    "wanted",
    [Filter(), Filter("m"), Filter(created_from=MORNING), Filter("m", created_to=MORNING)],
)
@pytest.mark.parametrize("before", [None, 4])
@pytest.mark.parametrize("owner", [None, "alice"])
def test_a_page_walks_an_index(
    history: History, server: PostgresServer, wanted: Filter, before: int | None, owner: str | None
) -> None:
    """Backwards and without sorting, so its cost does not grow with the history."""
    put(
        server,
        [
            {"created_at": MORNING + timedelta(hours=hour), "owner": owner}
            for hour in (0, -1, 1, 2, -2, 3)
        ],
    )
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        del cursor
        if statement.startswith("SELECT"):
            raw = connection.connection.cursor()
            # In six rows anything is found sooner without.
            raw.execute("SET LOCAL enable_seqscan = off")
            raw.execute("SET LOCAL enable_bitmapscan = off")
            rows = raw.execute(f"EXPLAIN {statement}", parameters)
            plans.append("\n".join(row[0] for row in rows))

    event.listen(history._engine, "before_cursor_execute", explain)
    assert history.page(3, before, wanted, owner)
    assert plans
    for plan in plans:
        assert "Sort" not in plan
        assert "Index Scan Backward using ix_generations_owner_" in plan
        assert "Index Cond: ((owner" in plan or "Index Cond: (owner" in plan
        assert "Filter" not in plan


@pytest.mark.parametrize(("set_to", "used"), [("off", "on"), ("local", "local")])
def test_every_commit_waits_for_the_disk(cluster: Cluster, set_to: str, used: str) -> None:
    """Whatever the server does by itself; what it is told of replicas stays."""
    fresh = configured(cluster, f"synchronous_commit = {set_to}")
    assert executed(fresh, "SHOW synchronous_commit") == [(used,)]


def test_moments_are_of_utc(cluster: Cluster) -> None:
    """Wherever the server is."""
    fresh = configured(cluster, "timezone = 'Asia/Tokyo'")
    put(fresh, [{"created_at": MORNING}])
    history = History(fresh)
    (record,) = history.page(1)
    history.close()
    assert record.created_at == MORNING
    assert record.created_at.utcoffset() == timedelta(0)


def test_migrations_wait_for_each_other(server: PostgresServer, cluster: Cluster) -> None:
    """As long as another process has the lock, and no longer."""
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with cluster.session(server.parameters["dbname"]) as other, ThreadPoolExecutor(1) as threads:
        other.execute(f"SELECT pg_advisory_lock({MIGRATION_LOCK})".encode())
        migrating = threads.submit(migrate, server)
        while other.execute(waiting).fetchone() == (0,):
            assert not migrating.done()
        other.execute(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})".encode())
        migrating.result(PATIENCE_SECONDS)


def test_a_database_that_cannot_hold_every_text_is_refused(cluster: Cluster) -> None:
    """At the start, and not at the first prompt that is not ASCII."""
    with pytest.raises(StartupError, match="its encoding is SQL_ASCII"):
        migrate(cluster.new_database("ENCODING 'SQL_ASCII'"))


@pytest.mark.usefixtures("hasty")
def test_a_locked_table_is_unavailable(
    server: PostgresServer, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For those who write, after the time limit of a statement; reading goes on meanwhile."""
    monkeypatch.setattr(health, "STATEMENT_SECONDS", 5)
    monkeypatch.setattr(health, "LOCK_WAIT_MILLISECONDS", 50)
    history = History(server)
    with cluster.session(server.parameters["dbname"]) as other:
        with other.transaction():
            other.execute("LOCK TABLE generations IN EXCLUSIVE MODE")
            with pytest.raises(StoreUnavailableError, match=errors.SLOW):
                history.add("p", "t", "m")
            assert history.page(10) == []
            assert history.failure() is None
            assert history.locked() == errors.LOCKED
        assert history.locked() is None
        assert history.add("p", "t", "m").prompt == "p"
    history.close()


def test_a_read_only_server_says_so(cluster: Cluster) -> None:
    """As one is that follows another."""
    fresh = configured(cluster, "default_transaction_read_only = on")
    history = History(fresh)
    with pytest.raises(StoreUnavailableError, match="read-only"):
        history.add("p", "t", "m")
    assert history.page(10) == []
    assert history.failure() == errors.READ_ONLY
    history.close()


def test_a_full_disk_has_a_status_of_its_own(history: History, server: PostgresServer) -> None:
    """A trigger says what the server says then."""
    executed(
        server,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE disk_full; END $$",
    )
    executed(
        server,
        "CREATE TRIGGER full_disk BEFORE INSERT ON generations EXECUTE FUNCTION full_disk()",
    )
    with pytest.raises(StoreFullError):
        history.add("p", "t", "m")


def test_a_server_that_was_restarted_is_used_again(history: History, cluster: Cluster) -> None:
    """Nobody is told of the connections that were lost."""
    first = history.add("p", "t", "m")
    with cluster.stopped():
        pass
    assert history.failure() is None
    assert history.add("p", "t", "m").id > first.id


@pytest.mark.usefixtures("hasty")
def test_a_server_that_stands_still_holds_nobody_up(
    server: PostgresServer, cluster: Cluster
) -> None:
    """Neither those who have a connection nor those who want one; afterwards all is well."""
    history = History(server)
    first = history.add("p", "t", "m")
    assert history.failure() is None
    with cluster.paused():
        assert history.failure() == errors.UNREACHABLE
        with pytest.raises(StoreUnavailableError, match=errors.UNREACHABLE):
            history.add("p", "t", "m")
        with pytest.raises(StoreUnavailableError), history.alone():
            pass
        assert history.schema_version() is None
    assert history.failure() is None
    assert history.get(first.id) is not None
    history.close()


@pytest.mark.usefixtures("hasty")
def test_a_lost_server_is_503_until_it_is_back(
    cluster: Cluster, make_client: ClientFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """In the documented shape, naming nothing of where it is, and without a restart."""
    caplog.set_level(logging.DEBUG)
    client = make_client()
    record = client.post("/generate", json={"prompt": "p"}).json()
    with cluster.stopped():
        answers = [
            client.get(f"/history/{record['id']}"),
            client.get("/history"),
            client.post("/generate", json={"prompt": "p"}),
            client.delete(f"/history/{record['id']}"),
        ]
        for answer in answers:
            assert (answer.status_code, answer.json()) == (503, {"detail": errors.UNREACHABLE})
        assert answer.headers["Retry-After"] == "5"
        ready, detailed = client.get("/readyz"), client.get("/health/detailed")
        assert (ready.status_code, detailed.status_code) == (503, 503)
        check = detailed.json()["checks"]["database"]
        assert check == {"status": "unhealthy", "detail": errors.UNREACHABLE}
        assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get(f"/history/{record['id']}").json()["id"] == record["id"]
    said = caplog.text + str([entry.__dict__ for entry in caplog.records])
    assert "the database failed" in said
    assert "never-shown" not in said


def test_no_password_is_shown(server: PostgresServer) -> None:
    """Neither that of the settings nor one that the server refuses."""
    settings = load_settings({"ENGINE": "scripted", "DATABASE_URL": url_of(server)})
    assert settings.database == server
    for text in (repr(settings), str(server), repr(server)):
        assert "never-shown" not in text
    wrong = server.with_password("never-shown either")
    with pytest.raises(StartupError, match="password authentication failed") as caught:
        migrate(wrong)
    assert "never-shown" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_password_may_stand_in_a_file(server: PostgresServer, tmp_path: Path) -> None:
    """In place of one in the URL."""
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    without = replace(server, parameters={**server.parameters, "password": "x"})
    settings: Settings = load_settings(
        {"DATABASE_URL": url_of(without), "DATABASE_PASSWORD_FILE": str(file)}
    )
    assert settings.database == server


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://user:never-shown@host:port/name",
        "postgresql+psycopg://user:never-shown@[host/name",
        "postgresql+psycopg://user:never-shown@host/name?unknown=1",
        "postgresql+psycopg://user:never-shown%zz@host/name",
        "postgresql+psycopg://user:never-shown@host",
    ],
)
@pytest.mark.usefixtures("cluster")
def test_a_url_that_cannot_work_is_refused_at_once(url: str) -> None:
    """And not shown."""
    with pytest.raises(SettingError) as caught:
        load_settings({"DATABASE_URL": url})
    assert str(caught.value).startswith("DATABASE_URL: 'postgresql+psycopg://…' ")
    assert "never-shown" not in str(caught.value)

"""Health: what it looks at, and that it never waits for the model."""

import json
import os
import platform
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from models import FailingModel, HeldModel
from serving import ClientFactory
from starlette.testclient import TestClient

from gpt2_service import app, provenance
from gpt2_service.boot import prepare_database
from gpt2_service.draining import Draining
from gpt2_service.engine.scripted import ScriptedModel
from gpt2_service.engine.stepper import Stepper
from gpt2_service.settings import Settings
from gpt2_service.store.migrate import MIGRATIONS
from gpt2_service.store.sqlite import health

HEALTHY = {"status": "healthy", "detail": None}


#: Of `/livez` and `/readyz`.
ALIVE_AND_READY = (200, 200)
ALIVE_BUT_UNREADY = (200, 503)
TO_BE_RESTARTED = (503, 503)


def probes(client: TestClient) -> tuple[int, int]:
    """What both probes answer; readiness is health under another name."""
    ready = client.get("/readyz")
    assert set(ready.json()) == {"status", "model_loaded"}
    assert ready.json()["status"] == ("healthy" if ready.status_code == 200 else "unhealthy")
    alive = client.get("/livez")
    assert alive.json() == {"status": "healthy" if alive.status_code == 200 else "unhealthy"}
    return alive.status_code, ready.status_code


def newest_revision() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def test_a_service_that_drains_is_unready(settings: Settings) -> None:
    """A restart would mend nothing, and no dependency has failed."""
    prepare_database(settings)
    draining = Draining()
    with TestClient(app.create_app(settings, ScriptedModel(), draining)) as client:
        assert probes(client) == ALIVE_AND_READY
        draining.begin()
        assert probes(client) == ALIVE_BUT_UNREADY
        assert client.get("/health/detailed").json()["status"] == "healthy"


def test_a_service_that_can_answer_is_healthy(client: TestClient) -> None:
    """All endpoints agree."""
    response = client.get("/health")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "healthy", "model_loaded": True},
    )
    detailed = client.get("/health/detailed")
    assert detailed.status_code == 200
    assert detailed.json()["checks"] == {"database": HEALTHY, "model": HEALTHY}
    assert detailed.json()["schema_version"] == newest_revision()
    assert probes(client) == ALIVE_AND_READY


def test_what_decides_a_text_is_shown(client: TestClient) -> None:
    """The fingerprint is that of new records; without an image there is nothing to say of one."""
    detailed = client.get("/health/detailed").json()
    record = client.post("/generate", json={"prompt": "one"}).json()
    assert detailed["fingerprint"] == record["fingerprint"]
    assert detailed["versions"]["python"] == platform.python_version()
    assert detailed["image"] is None


@pytest.mark.parametrize("digest", ["sha256:0", ""])
def test_what_the_image_was_built_from_is_shown(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, digest: str
) -> None:
    """As far as the build was told."""
    said = {"base": "debian:12", "base_digest": digest, "packages_sha256": "0" * 64}
    (tmp_path / "image.json").write_text(json.dumps(said), encoding="utf-8")
    monkeypatch.setattr(provenance, "IMAGE_FILE", tmp_path / "image.json")
    provenance.built_image.cache_clear()
    shown = client.get("/health/detailed").json()["image"]
    provenance.built_image.cache_clear()
    assert shown == {**said, "base_digest": digest or None}


def test_a_lost_database_is_unhealthy(client: TestClient, database: Path) -> None:
    """Also when connections to the lost file are still open."""
    client.get("/history")
    database.rename(database.with_suffix(".gone"))
    response = client.get("/health")
    assert response.status_code == 503
    assert response.json() == {"status": "unhealthy", "model_loaded": True}
    detailed = client.get("/health/detailed")
    assert detailed.status_code == 503
    assert detailed.json()["status"] == "unhealthy"
    assert detailed.json()["checks"]["database"]["status"] == "unhealthy"
    assert detailed.json()["checks"]["model"] == HEALTHY
    assert detailed.json()["schema_version"] is None
    assert probes(client) == ALIVE_BUT_UNREADY


def test_a_damaged_database_is_unhealthy(client: TestClient, database: Path) -> None:
    """Also where health has read all of it before."""
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert client.get("/health").status_code == 200
    with database.open("r+b") as file:
        file.write(b"no database")
    assert client.get("/health").status_code == 503
    assert probes(client) == ALIVE_BUT_UNREADY


def test_a_database_in_the_place_of_another_is_seen(client: TestClient, database: Path) -> None:
    """Health never looks at a file that is not the history any more."""
    assert client.get("/health").status_code == 200
    database.rename(database.with_suffix(".gone"))
    database.write_bytes(b"")
    assert client.get("/health").status_code == 503


def test_health_keeps_its_connection(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is opened and closed again makes SQLite's log and removes it each time."""
    assert client.get("/health").status_code == 200

    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("one more connection")

    monkeypatch.setattr(sqlite3, "connect", refuse)
    assert client.get("/health").status_code == 200


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"f_bavail": 0}, "the history's disk is full"),
        ({"f_flag": os.ST_RDONLY}, "the history is read-only"),
    ],
)
def test_a_disk_that_takes_no_record_is_unhealthy(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, changed: dict[str, int], said: str
) -> None:
    """Reading goes on, no restart is asked for, and health is well again as soon as the disk is."""
    real = os.statvfs

    def statvfs(path: Path) -> SimpleNamespace:
        names = ("f_blocks", "f_bavail", "f_frsize", "f_flag")
        return SimpleNamespace(**{name: getattr(real(path), name) for name in names} | changed)

    with monkeypatch.context() as patch:
        patch.setattr(os, "statvfs", statvfs)
        assert client.get("/health").status_code == 503
        detailed = client.get("/health/detailed")
        assert detailed.status_code == 503
        assert detailed.json()["checks"]["database"] == {"status": "unhealthy", "detail": said}
        assert client.get("/history").status_code == 200
        assert probes(client) == ALIVE_BUT_UNREADY
    assert client.get("/health").status_code == 200
    assert probes(client) == ALIVE_AND_READY


def test_a_disk_of_unknown_size_is_not_full(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems count no blocks at all."""
    nothing = SimpleNamespace(f_blocks=0, f_bavail=0, f_frsize=4096, f_flag=0)
    monkeypatch.setattr(os, "statvfs", lambda _: nothing)
    assert client.get("/health").status_code == 200


def test_a_lock_is_told_in_detail_alone(
    client: TestClient, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It passes; meanwhile the service answers, if only reads."""
    monkeypatch.setattr(health, "LOCK_WAIT_SECONDS", 0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert client.get("/health").status_code == 200
        assert probes(client) == ALIVE_AND_READY
        detailed = client.get("/health/detailed")
        assert detailed.status_code == 503
        detail = detailed.json()["checks"]["database"]["detail"]
        assert detail == "the history is locked by another writer"
    assert client.get("/health/detailed").status_code == 200


def test_a_failing_model_is_unhealthy_until_it_works_again(make_client: ClientFactory) -> None:
    """No request and no restart is needed for the recovery: health probes the model itself."""
    model = FailingModel()
    client = make_client(model)
    assert client.get("/health").status_code == 200
    client.post("/generate", json={"prompt": "x"})
    assert client.get("/health").json() == {"status": "unhealthy", "model_loaded": False}
    assert probes(client) == ALIVE_BUT_UNREADY
    detail = client.get("/health/detailed").json()["checks"]["model"]["detail"]
    assert detail == "the latest call failed: RuntimeError"
    model.broken = False
    statuses = (client.get("/health").status_code for _ in range(1000))
    assert 200 in statuses


def test_health_does_not_wait_for_the_model(make_client: ClientFactory) -> None:
    """It is answered while the model works."""
    model = HeldModel()
    client = make_client(model)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(client.post, "/generate", json={"prompt": "x"})
        assert model.started.wait(30)
        try:
            assert client.get("/health").status_code == 200
            assert not running.done()
        finally:
            model.allow()
        assert running.result().status_code == 200


def test_a_hung_model_is_to_be_restarted_until_it_goes_on(
    make_client: ClientFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has something to do, and ends no step in time."""
    limits = app._limits
    monkeypatch.setattr(
        app, "_limits", lambda settings: replace(limits(settings), stalled_seconds=0)
    )
    model = HeldModel()
    client = make_client(model)
    assert probes(client) == ALIVE_AND_READY
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(client.post, "/generate", json={"prompt": "x"})
        assert model.started.wait(30)
        try:
            assert probes(client) == TO_BE_RESTARTED
        finally:
            model.allow()
        assert running.result().status_code == 200
    assert probes(client) == ALIVE_AND_READY


def test_a_dead_model_is_to_be_restarted(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread does not come back by itself."""

    def fail(*_: object) -> None:
        raise KeyError("in the thread's own work")

    monkeypatch.setattr(Stepper, "_step", fail)
    assert client.post("/generate", json={"prompt": "x"}).status_code == 500
    assert probes(client) == TO_BE_RESTARTED

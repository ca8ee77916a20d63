"""A run writes to nothing on the host that the services of its compose file bind."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from boxproof.targets.base import Variant
from boxproof.targets.compose import engine
from boxproof.targets.compose.compose_deployment import ComposeDeployment
from boxproof.targets.compose.engine import Engine

from .conftest import HERE, Begin, _remove_images, count

COMPOSE = """
services:
  api:
    build: &build
      context: .
      args:
        BASE_IMAGE: ${BASE_IMAGE:-python:3.11-slim-bookworm}
    ports: ["8000:8000"]
    read_only: true
    depends_on: [db]
    volumes:
      - /tmp
      - ./kept:/data
      - ./model:/model
      - ./pgdata:/shared:ro
      - ./settings.ini:/settings.ini
  db:
    build: *build
    read_only: true
    stop_signal: KILL
    command:
      - sh
      - -ec
      - |
        echo db >/tmp/of-db
        echo rows >/pgdata/rows
        echo changed >>/pgdata/sub/tracked
        echo changed >>/settings.ini
        rm -f /state/tracked
        echo written; exec sleep 1000
    volumes:
      - /tmp
      - ./pgdata:/pgdata
      - ./settings.ini:/settings.ini
      - ./state:/state
      - ./absent:/absent:ro
"""
#: File = whether git tracks it.
FILES = {
    "settings.ini": True,
    "pgdata/sub/tracked": True,
    "pgdata/private": False,
    "state/tracked": True,
    "kept/count": False,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout whose two services bind its folders and files."""
    folder = tmp_path_factory.mktemp("bound")
    shutil.copytree(HERE / "image", folder, dirs_exist_ok=True)
    folder.chmod(0o755)
    (folder / "docker-compose.yml").write_text(COMPOSE)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    for name, tracked in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("7")
        path.chmod(0o600)
        path.parent.chmod(0o700 if path.parent != folder else 0o755)
        if tracked:
            subprocess.run(["git", "-C", str(folder), "add", name], check=True)
    yield folder
    _remove_images(folder)


def looks(project: Path) -> dict[str, tuple[object, ...]]:
    """All that the services bind, byte for byte."""
    names = {name.partition("/")[0] for name in (*FILES, "model")}
    tops = [project / name for name in names]
    every = [*tops, *(each for top in tops for each in top.rglob("*"))]
    return {
        str(each): (
            each.stat().st_mode,
            each.stat().st_uid,
            each.stat().st_mtime_ns,
            each.read_bytes() if each.is_file() else sorted(each.iterdir()),
        )
        for each in every
    }


def inside(deployment: ComposeDeployment, name: str, script: str) -> str:
    """What a script says in the container of a service."""
    label = f"label=com.docker.compose.project={deployment.project.name}"
    service = f"label=com.docker.compose.service={name}"
    found = engine.docker("ps", "--all", "--quiet", "--filter", label, "--filter", service).strip()
    return engine.docker("exec", found, "sh", "-c", script)


WRITTEN = "while ! grep -q changed /settings.ini || [ -e /state/tracked ]; do sleep 0.05; done"


def test_the_host_is_left_as_it_was(begin: Begin, project: Path) -> None:
    """Two services write all over what they bind, and the host's folders do not change."""
    before = looks(project)
    run = begin()
    deployment = run.target.boot(Variant())
    inside(deployment, "db", WRITTEN)
    count(deployment, add=True)
    assert inside(deployment, "db", "cat /pgdata/sub/tracked /settings.ini") == "7changed\n" * 2
    assert inside(deployment, "db", "ls /pgdata /state") == "/pgdata:\nrows\nsub\n\n/state:\n"
    assert inside(deployment, "api", "cat /shared/rows /settings.ini") == "rows\n7changed\n"
    assert inside(deployment, "api", "ls /tmp") == ""
    assert inside(deployment, "api", "touch /model/x 2>&1 || true").endswith("file system\n")
    assert any("git tracks nothing" in line and "/kept" in line for line in run.said)
    assert inside(deployment, "db", "ls /absent") == ""
    deployment.recreate(keep_volume=False)
    assert count(deployment, add=True) == 1
    deployment.close()
    assert looks(project) == before
    assert not (project / "absent").exists()


def test_an_engine_that_mounts_whole_volumes_only(
    begin: Begin, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There, a bound file is a copy in the run's folder, and each deployment has its own."""
    monkeypatch.setattr(Engine, "mounts_subpaths", property(lambda _: False))
    before = looks(project)
    run = begin()
    first = run.target.boot(Variant())
    inside(first, "db", WRITTEN)
    second = run.target.boot(Variant())
    inside(second, "db", WRITTEN)
    assert inside(second, "api", "cat /settings.ini") == "7changed\n"
    assert looks(project) == before


def test_other_data(begin: Begin) -> None:
    """A boot whose data lies elsewhere lays nothing on a volume that it does not have."""
    run = begin()
    deployment = run.target.boot(Variant(volume=False))
    assert count(deployment, add=True) == 1
    names = engine.docker("volume", "ls", "--quiet", "--filter", f"label=boxproof.run={run.run.id}")
    assert not [each for each in names.split() if each.endswith("bound-kept")]

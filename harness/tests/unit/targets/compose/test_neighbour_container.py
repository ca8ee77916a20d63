"""A service beside the judged one, on an engine of the test's own."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BootFailed, EngineError
from boxproof.journal import Journal
from boxproof.targets.compose.neighbour_container import ComposeNeighbour, beside
from boxproof.targets.compose.project import Project

from .conftest import FakeDocker

STATE = {"Running": True, "ExitCode": 0, "OOMKilled": False, "StartedAt": "2026-01-01T10:00:00Z"}
NETWORKS = {"run_back": {"Aliases": ["db", "records"]}}


def docker(state: Mapping[str, Any], networks: Mapping[str, Any] = NETWORKS) -> str:
    """A fake docker with one container, whose log has two lines."""
    settings = {"Ports": {}, "Networks": networks}
    said = json.dumps(
        [{"State": {**STATE, **state}, "NetworkSettings": settings, "HostConfig": {}}]
    )
    return (
        f"case $1 in ps) echo run-db-1;; inspect) echo '{said}';; logs) echo up; echo full;; esac"
    )


def neighbour(folder: Path) -> ComposeNeighbour:
    """The service ``db``."""
    project = Project("run", {}, 8000, "127.0.0.1", "", "")
    return ComposeNeighbour("db", project, Journal(folder / "journal.jsonl"), 0.2)


def test_it_is_put_back_under_the_names_that_it_had(
    fake_docker: FakeDocker, tmp_path: Path
) -> None:
    """Whatever name the service knows it by must lead to it again."""
    calls = fake_docker(docker({}))
    db = neighbour(tmp_path)
    db.cut_off()
    fake_docker(docker({}, networks={}))
    db.reconnect()
    orders = [line for line in calls.read_text().splitlines() if line.startswith("network")]
    assert orders == [
        "network disconnect run_back run-db-1",
        "network connect --alias db --alias records run_back run-db-1",
    ]


def test_what_has_no_network_cannot_be_cut_off(fake_docker: FakeDocker, tmp_path: Path) -> None:
    """It shares another container's, say."""
    fake_docker(docker({}, networks={}))
    with pytest.raises(NotJudged, match="'db' has no network of its own"):
        neighbour(tmp_path).cut_off()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"Running": False, "ExitCode": 1}, "'db' ended with exit code 1 when it was started"),
        ({"Health": {"Status": "starting"}}, "'db' runs and is starting: it was not healthy"),
    ],
)
def test_one_that_does_not_come_back_is_no_breach(
    state: dict[str, Any], words: str, fake_docker: FakeDocker, tmp_path: Path
) -> None:
    """Nothing is known of the judged service then."""
    fake_docker(docker(state))
    with pytest.raises(EngineError, match=words):
        neighbour(tmp_path).start()


def test_a_service_that_failed_to_boot_is_told_with_what_its_neighbours_said(
    fake_docker: FakeDocker, tmp_path: Path
) -> None:
    """It may have waited for them in vain."""
    fake_docker(docker({"Running": False, "ExitCode": 1}))
    told = beside(BootFailed("it ended", log="no database\n"), [neighbour(tmp_path)])
    assert isinstance(told, BootFailed)
    assert told.log.splitlines() == [
        "no database",
        "db | 'db' ended with exit code 1",
        "db | up",
        "db | full",
    ]


@pytest.mark.parametrize(
    ("state", "more"),
    [
        ({}, ""),
        (
            {"Running": False, "ExitCode": 1},
            "; 'db' ended with exit code 1, and its log ends with 'full'",
        ),
        (
            {"Health": {"Status": "unhealthy"}},
            "; 'db' runs and is unhealthy, and its log ends with 'full'",
        ),
    ],
)
def test_what_the_engine_could_not_start_is_told_with_the_neighbour_that_failed(
    state: dict[str, Any], more: str, fake_docker: FakeDocker, tmp_path: Path
) -> None:
    """In the one line that a person gets."""
    fake_docker(docker(state))
    assert str(beside(EngineError("no"), [neighbour(tmp_path)])) == f"no{more}"

"""A deployment on an engine of the test's own."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Limits, Service
from boxproof.core.errors import BootFailed, EngineError
from boxproof.journal import Journal
from boxproof.targets.compose.compose_deployment import ComposeDeployment
from boxproof.targets.compose.container_usage import ContainerUsage
from boxproof.targets.compose.executor import Executor
from boxproof.targets.compose.project import Project
from boxproof.targets.run_lock import Run

from .conftest import FakeDocker

#: It publishes no port, so it is never ready.
CONTAINER: Mapping[str, Any] = {
    "State": {
        "Running": True,
        "ExitCode": 0,
        "OOMKilled": False,
        "StartedAt": "2026-01-01T10:00:00Z",
    },
    "NetworkSettings": {"Ports": {}},
    "HostConfig": {},
}
PORTS = {"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "32768"}]}
PUBLISHED = {**CONTAINER, "NetworkSettings": {"Ports": PORTS}}


def runs(container: Mapping[str, Any], info: str = "echo 2026-01-01T10:00:00Z") -> str:
    """A fake docker with a container that runs until it is killed."""
    said = json.dumps([container])
    return f"case $1 in inspect) echo '{said}';; info) {info};; wait) exec sleep 60;; esac"


@pytest.fixture
def deployment(run: Run, tmp_path: Path) -> Iterator[ComposeDeployment]:
    """One on the engine that the test puts in docker's place."""
    config = Config(
        tmp_path, Service("api", 8000), ValidRequest("/say"), limits=Limits(boot_seconds=0.2)
    )
    journal = Journal(tmp_path / "journal.jsonl")
    made = ComposeDeployment(
        Project("project", {}, 8000, "127.0.0.1", "", ""),
        Executor("docker compose", [], "project", run=run),
        config,
        journal,
        lambda _: None,
        ContainerUsage(journal, local=True),
    )
    yield made
    made.close()


def test_what_is_not_ready_in_time_is_ended(
    fake_docker: FakeDocker, deployment: ComposeDeployment
) -> None:
    """So that whoever asks for it next finds it ended, and starts it again."""
    calls = fake_docker(runs(CONTAINER))
    with pytest.raises(BootFailed, match=r"not ready within 0\.2 s") as failed:
        deployment.start()
    assert failed.value.timed_out
    orders = [line.split()[0] for line in calls.read_text().splitlines()]
    assert orders.index("start") < orders.index("kill")


def test_an_address_is_taken_when_all_that_is_asked_of_the_engine_is_answered(
    fake_docker: FakeDocker, deployment: ComposeDeployment
) -> None:
    """What is sent to a new one is then bound to the deployment, from the first request on."""
    fake_docker(runs(PUBLISHED, info="exit 1"))
    before = deployment.endpoint
    with pytest.raises(EngineError):
        deployment.start()
    assert deployment.endpoint == before

"""A deployment on an engine of the test's own."""

import json
from pathlib import Path

import pytest

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Limits, Service
from boxproof.core.errors import BootFailed
from boxproof.journal import Journal
from boxproof.targets.compose.compose_deployment import ComposeDeployment
from boxproof.targets.compose.container_usage import ContainerUsage
from boxproof.targets.compose.executor import Executor
from boxproof.targets.compose.project import Project
from boxproof.targets.run_lock import Run

from .conftest import FakeDocker

CONTAINER = {
    "State": {
        "Running": True,
        "ExitCode": 0,
        "OOMKilled": False,
        "StartedAt": "2026-01-01T10:00:00Z",
    },
    "NetworkSettings": {"Ports": {}},
    "HostConfig": {},
}
#: Runs until it is killed, and is never ready: it publishes no port.
ENGINE = f"""
case $1 in
  inspect) echo '{json.dumps([CONTAINER])}';;
  info) echo 2026-01-01T10:00:00Z;;
  wait) exec sleep 60;;
esac
"""


def test_what_is_not_ready_in_time_is_ended(
    fake_docker: FakeDocker, run: Run, tmp_path: Path
) -> None:
    """So that whoever asks for it next finds it ended, and starts it again."""
    calls = fake_docker(ENGINE)
    config = Config(
        tmp_path, Service("api", 8000), ValidRequest("/say"), limits=Limits(boot_seconds=0.2)
    )
    journal = Journal(tmp_path / "journal.jsonl")
    deployment = ComposeDeployment(
        Project("project", {}, 8000, "127.0.0.1", "", ""),
        Executor("docker compose", [], "project", run=run),
        config,
        journal,
        lambda _: None,
        ContainerUsage(journal, local=True),
    )
    with pytest.raises(BootFailed, match=r"not ready within 0\.2 s") as failed:
        deployment.start()
    assert failed.value.timed_out
    orders = [line.split()[0] for line in calls.read_text().splitlines()]
    assert orders.index("start") < orders.index("kill")
    deployment.close()

"""What a service waits for, and what the engine could not do, is not charged to it."""

from dataclasses import replace
from pathlib import Path

import pytest

from boxproof import config as configuration
from boxproof.core.errors import EngineError
from boxproof.targets.base import Variant

from .conftest import Begun

#: The judged service waits for another one, which takes longer than it may take itself.
WAIT_SECONDS = 6
BOOT_SECONDS = 5.0
COMPOSE = """
services:
  api:
    extends: {{file: docker-compose.yml, service: api}}
    depends_on: {{slow: {{condition: service_healthy}}}}
  slow:
    image: ${{BASE_IMAGE:-python:3.11-slim-bookworm}}
    command: [sh, -c, "{command}"]
    stop_signal: KILL
    healthcheck: {{test: [CMD, test, -e, /tmp/ready], interval: 1s, retries: 60}}
volumes:
  data:
"""


def begun(project: Path, folder: Path, command: str) -> Begun:
    """A run of the small service with another one that it waits for."""
    file = "docker-compose-dependency.yml"
    (project / file).write_text(COMPOSE.format(command=command))
    config = configuration.load(project / "boxproof.toml")
    service = replace(config.service, compose_file=file)
    limits = replace(config.limits, boot_seconds=BOOT_SECONDS)
    return Begun(replace(config, service=service, limits=limits), folder)


def test_a_dependency_that_starts_slowly(project: Path, tmp_path: Path) -> None:
    """The service's time begins with its own container."""
    run = begun(project, tmp_path, f"sleep {WAIT_SECONDS}; touch /tmp/ready; sleep 600")
    try:
        startup = run.target.boot(Variant()).startup
        assert startup.ready - startup.ordered > WAIT_SECONDS
        assert startup.seconds < BOOT_SECONDS
        assert startup.began > startup.ordered
    finally:
        run.close()


def test_a_dependency_that_fails(project: Path, tmp_path: Path) -> None:
    """It is told as what it is: the service was never begun. What it said last is told, too."""
    run = begun(project, tmp_path, "echo no room; exit 3")
    said = r"docker compose up: .*; 'slow' ended with exit code 3, and its log ends with 'no room'"
    try:
        with pytest.raises(EngineError, match=said):
            run.target.boot(Variant())
    finally:
        run.close()
    assert run.left() == []

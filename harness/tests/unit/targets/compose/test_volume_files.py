"""Containers that are made before they are started."""

import pytest

from boxproof.core.errors import BootFailed, EngineError
from boxproof.targets.compose import volume_files
from boxproof.targets.compose.executor import Executor
from boxproof.targets.run_lock import Run

from .conftest import FakeDocker


def test_what_the_engine_cannot_make_is_not_the_services_fault(
    fake_docker: FakeDocker, run: Run
) -> None:
    """Nothing of the service ran yet, so that no boot has failed."""
    fake_docker("echo 'all predefined address pools have been fully subnetted'; exit 1")
    with pytest.raises(EngineError, match="docker compose create: all predefined") as error:
        volume_files.create_containers(Executor("docker compose", [], "project", run=run))
    assert not isinstance(error.value, BootFailed)

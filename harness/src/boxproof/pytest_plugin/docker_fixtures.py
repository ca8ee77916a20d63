"""pytest-docker's fixtures, as it documents them, on the deployment that boxproof booted.

Registered after pytest-docker, so that these take the place of its own
(https://github.com/avast/pytest-docker#available-fixtures).
"""

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.shared_deployment import Booted
from boxproof.targets.compose.compose_deployment import ComposeDeployment
from boxproof.targets.compose.docker_services import Services


@pytest.fixture(scope="session")
def compose_deployment(boxproof: Booted) -> ComposeDeployment:
    """The shared deployment, where it is a container."""
    try:
        return boxproof.deployment.ability(ComposeDeployment)
    except NotJudged:
        pytest.skip("needs a container, which the target of this run does not boot")


@pytest.fixture(scope="session")
def docker_services(compose_deployment: ComposeDeployment) -> Services:
    """The booted services; a port is asked for again every time, since a restart moves it."""
    return compose_deployment.services


@pytest.fixture(scope="session")
def docker_ip(compose_deployment: ComposeDeployment) -> str:
    """The address that published ports are reached at."""
    return compose_deployment.project.host


@pytest.fixture(scope="session")
def docker_compose_project_name(compose_deployment: ComposeDeployment) -> str:
    """The run's own compose project."""
    return compose_deployment.project.name


@pytest.fixture(scope="session")
def docker_compose_file(compose_deployment: ComposeDeployment) -> list[str]:
    """The test compose file."""
    return compose_deployment.executor.files

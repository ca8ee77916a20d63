"""What a compose file says of the service, and what it leaves open."""

from pathlib import Path
from typing import Any

import pytest

from boxproof.core.errors import ConfigError
from boxproof.discovery.compose_facts import ComposeFacts, facts

BUILT = {"build": {"context": "."}}
DATABASE = {"image": "postgres:17", "ports": [{"target": 5432}]}


def read(services: dict[str, Any], name: str = "", port: int = 0) -> ComposeFacts:
    """The facts of a resolved document."""
    return facts({"services": services}, "compose.yaml", name, port)


@pytest.mark.parametrize(
    ("services", "chosen"),
    [
        ({"api": {**BUILT, "ports": [{"target": 80}]}}, "api"),
        ({"db": DATABASE, "api": {**BUILT, "expose": ["80"]}}, "api"),
        ({"worker": BUILT, "api": {**BUILT, "ports": [{"target": 80}]}, "db": DATABASE}, "api"),
    ],
)
def test_the_service_is_the_one_that_is_built_and_reached(
    services: dict[str, Any], chosen: str
) -> None:
    """A database beside it is not."""
    assert read(services).service.name == chosen


def test_what_the_file_leaves_open_is_asked_for_in_one_line() -> None:
    """Which service, a service that is not there, and its port."""
    two = {"one": BUILT, "other": BUILT}
    with pytest.raises(
        ConfigError, match=r"which service.*--service NAME takes one of: one, other"
    ):
        read(two)
    with pytest.raises(ConfigError, match=r"'ohter' is not in compose.yaml; did you mean 'other'"):
        read(two, "ohter")
    with pytest.raises(ConfigError, match="'one' names no port; --port N"):
        read(two, "one")
    assert read(two, "one", 8000).service.port == 8000


def test_port_and_health_path_are_those_of_the_health_check() -> None:
    """Of several published ports the one that it asks."""
    check = {"test": ["CMD-SHELL", "curl -f http://localhost:8001/ready?full=1 || exit 1"]}
    ports = [{"target": 9000}, {"target": 8001}]
    found = read({"api": {**BUILT, "ports": ports, "healthcheck": check}})
    assert (found.service.port, found.health_path) == (8001, "/ready")


def test_a_port_may_stand_in_the_dockerfile(tmp_path: Path) -> None:
    """Compose does not resolve what the image exposes."""
    (tmp_path / "Dockerfile").write_text("FROM scratch\nEXPOSE 8080/tcp\n")
    assert read({"api": {"build": {"context": str(tmp_path)}}}).service.port == 8080


def test_data_and_model_are_told_by_how_they_are_mounted() -> None:
    """What it may write to and keeps, and a model that it may only read."""
    volumes = [
        {"type": "volume", "target": "/cache"},
        {"type": "volume", "target": "/var/lib/notes"},
        {"type": "bind", "target": "/srv/model", "read_only": True},
        {"type": "tmpfs", "target": "/tmp"},
    ]
    found = read({"api": {**BUILT, "volumes": volumes}}, port=80)
    assert found.service.data_mount == "/var/lib/notes"
    assert found.service.model_mount == "/srv/model"
    assert found.notes["service.data_mount"].startswith("guessed:")

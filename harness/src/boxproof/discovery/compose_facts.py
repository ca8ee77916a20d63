"""What a compose file says of the service that is to be judged."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boxproof.composefile.ports import offered
from boxproof.config.options import Service
from boxproof.core.errors import ConfigError
from boxproof.core.suggestions import did_you_mean
from boxproof.discovery.draft import Found, note

#: A URL in the command of a health check.
HEALTH_URL = re.compile(r"https?://[^/\s\"']+?(?::(?P<port>\d+))?(?P<path>/[^\s\"'?)]*)")
EXPOSED = re.compile(r"^\s*EXPOSE\s+(\d+)", re.IGNORECASE | re.MULTILINE)
MODEL = re.compile(r"model|checkpoint|weights", re.IGNORECASE)
DATA = re.compile(r"data|db|storage|state|var/lib|records", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ComposeFacts:
    """What stands in the file.

    Attributes:
        health_path: what the container's health check asks for; empty where it does not say.
        environment: the variables that it sets.
        read_only: whether it asks for a read-only root file system.
        notes: how each setting is known.
    """

    service: Service
    health_path: str
    environment: Mapping[str, Any]
    read_only: bool
    notes: Mapping[str, str]


def facts(document: Mapping[str, Any], file: str, name: str, port: int) -> ComposeFacts:
    """Read the resolved document.

    Args:
        file: the compose file's name.
        name: the service that was asked for; empty where the file must tell.
        port: the port that was asked for; 0 where the file must tell.

    Raises:
        ConfigError: the file does not tell, or knows no such service.
    """
    services: Mapping[str, Any] = document.get("services") or {}
    chosen, why = _chosen(services, file, name)
    described = services[chosen] or {}
    health_port, health_path = _health(described)
    found_port, port_why = _port(described, file, health_port) if not port else (port, "--port")
    if not found_port:
        raise ConfigError(f"{file}: {chosen!r} names no port; --port N is the one it listens on")
    notes = {"service.name": why, "service.port": note(Found.READ, port_why)}
    data, data_note = _data_mount(described)
    model = _model_mount(described)
    if data:
        notes["service.data_mount"] = data_note
    if model:
        notes["service.model_mount"] = note(Found.GUESSED, "by its name, and bound read-only")
    service = Service(
        name=chosen, port=found_port, compose_file=file, data_mount=data, model_mount=model
    )
    environment = described.get("environment") or {}
    return ComposeFacts(
        service,
        health_path,
        environment if isinstance(environment, Mapping) else {},
        bool(described.get("read_only")),
        notes,
    )


def _chosen(services: Mapping[str, Any], file: str, name: str) -> tuple[str, str]:
    """The service that is to be judged: what is built, or what others can reach."""
    if name:
        if name not in services:
            known = did_you_mean(name, services) or f"; there are: {', '.join(services)}"
            raise ConfigError(f"--service: {name!r} is not in {file}{known}")
        return name, note(Found.READ, "--service")
    built = [each for each, one in services.items() if "build" in (one or {})]
    published = [each for each, one in services.items() if (one or {}).get("ports")]
    both = [each for each in built if each in published]
    for several, why in (
        (list(services), f"the only one of {file}"),
        (built, f"the only one that {file} builds"),
        (both, f"the only one that {file} builds and publishes"),
        (published, f"the only one that {file} publishes"),
    ):
        if len(several) == 1:
            return several[0], note(Found.READ, why)
    listed = ", ".join(services)
    raise ConfigError(f"{file}: which service? --service NAME takes one of: {listed}")


def _port(described: Mapping[str, Any], file: str, health_port: int) -> tuple[int, str]:
    ports = offered(described)
    if health_port and (not ports or health_port in ports):
        return health_port, "its health check"
    if ports:
        return ports[0], file
    return _exposed(described), "EXPOSE of its Dockerfile"


def _exposed(described: Mapping[str, Any]) -> int:
    """The port that the Dockerfile of a service names; 0 without one."""
    build = described.get("build") or {}
    context = Path(str(build.get("context", "")))
    try:
        text = (context / str(build.get("dockerfile", "Dockerfile"))).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return 0
    found = EXPOSED.search(text)
    return int(found[1]) if found else 0


def _health(described: Mapping[str, Any]) -> tuple[int, str]:
    """Port and path of the container's own health check."""
    test = (described.get("healthcheck") or {}).get("test") or ""
    text = test if isinstance(test, str) else " ".join(map(str, test))
    found = HEALTH_URL.search(text)
    return (int(found["port"] or 0), found["path"]) if found else (0, "")


def _mounts(described: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    every = described.get("volumes") or ()
    return [each for each in every if isinstance(each, Mapping)]


def _data_mount(described: Mapping[str, Any]) -> tuple[str, str]:
    """Where a service keeps what it must not lose, and how that is known."""
    kept = [
        str(each["target"])
        for each in _mounts(described)
        if each.get("type") in ("volume", "bind") and not each.get("read_only")
    ]
    kept = [each for each in kept if not each.endswith(".sock")]
    likely = [each for each in kept if DATA.search(each)]
    if len(kept) == 1:
        return kept[0], note(Found.READ, "the only place that it may write to and keeps")
    if likely:
        return likely[0], note(Found.GUESSED, f"by its name, of {', '.join(kept)}")
    return "", ""


def _model_mount(described: Mapping[str, Any]) -> str:
    for each in _mounts(described):
        if each.get("type") == "bind" and each.get("read_only") and MODEL.search(each["target"]):
            return str(each["target"])
    return ""

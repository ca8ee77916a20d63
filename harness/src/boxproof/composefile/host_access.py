"""What in a compose file would hand a container the host, the engine or others' containers.

A compose file is somebody's code, and a test run executes it. What is named here is refused unless
a person trusts the file. Limits, devices that the engine assigns (``gpus``, ``deploy.resources``,
CDI names) and capabilities that end at the container's own namespaces are passed on; the host's
network always becomes the run's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from boxproof.core.errors import ConfigError

Service = Mapping[str, Any]

FLAG = "--trust-compose"
#: Engines' sockets, under each name that they have: who speaks to one is root on its host.
SOCKETS = (
    "/run/docker.sock",
    "/run/podman/podman.sock",
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/buildkit/buildkitd.sock",
    "/var/run/docker.sock",
    "/var/run/podman/podman.sock",
    "/var/run/containerd/containerd.sock",
    "/var/run/crio/crio.sock",
    "/var/run/buildkit/buildkitd.sock",
)
SOCKET_NAMES = frozenset(PurePosixPath(each).name for each in SOCKETS)
#: Capabilities that reach beyond the container: https://man7.org/linux/man-pages/man7/capabilities.7.html
CAPABILITIES = frozenset(
    {
        "ALL",
        "BPF",
        "DAC_READ_SEARCH",
        "MAC_ADMIN",
        "MAC_OVERRIDE",
        "PERFMON",
        "SYSLOG",
        "SYS_ADMIN",
        "SYS_BOOT",
        "SYS_MODULE",
        "SYS_RAWIO",
        "SYS_TIME",
    }
)
#: Options of ``security_opt`` that take a wall away, written with ``=`` or ``:``.
UNCONFINED = frozenset(
    {"seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined", "label=disable"}
)
SOCKET = "gives it the engine's socket"
#: Namespaces of the host that a service may ask for.
NAMESPACES = ("pid", "ipc", "userns_mode", "uts")
#: Keys that are refused whatever their value is, but for false and empty ones.
KEYS = {
    "privileged": "gives it the host",
    "use_api_socket": "gives it the engine",
    "provider": "runs a program on this machine",
    "device_cgroup_rules": "gives it devices of the host",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """One thing that a service asks for beyond its container: key, value, what that means."""

    key: str
    value: object
    meaning: str


def check(
    production: Mapping[str, Any],
    services: Mapping[str, Service],
    file: str,
    engine_socket: str = "",
) -> None:
    """Check that no service reaches beyond its container.

    Args:
        production: the production document.
        services: those of its services that a run boots.
        file: its name.
        engine_socket: the path of the socket of the engine in use.

    Raises:
        ConfigError: one does; one line with the first such place.
    """
    found = [
        (name, each)
        for name, service in services.items()
        for each in (*reaches(service, engine_socket), *_files(production, service, engine_socket))
    ]
    if not found:
        return
    name, first = found[0]
    others = f" (and {len(found) - 1} more like it)" if len(found) > 1 else ""
    raise ConfigError(
        f"{file}: services.{name}.{first.key}: {first.value!r} {first.meaning}{others}; remove it,"
        f" or trust the file with {FLAG}"
    )


def reaches(service: Service, engine_socket: str = "") -> Iterator[Reach]:
    """All that a service asks for beyond its container."""
    yield from (Reach(key, service[key], why) for key, why in KEYS.items() if service.get(key))
    yield from _namespaces(service)
    yield from _rights(service)
    yield from _devices(service)
    yield from _mounts(service, engine_socket)
    yield from _build(service.get("build") or {})
    for key in ("post_start", "pre_stop"):
        for hook in service.get(key) or ():
            if hook.get("privileged"):
                yield Reach(f"{key}.privileged", True, KEYS["privileged"])


def _namespaces(service: Service) -> Iterator[Reach]:
    for key in NAMESPACES:
        if service.get(key) == "host":
            yield Reach(key, "host", "shares a namespace with the host")
    for key in ("pid", "ipc", "network_mode"):
        if str(service.get(key) or "").startswith("container:"):
            yield Reach(key, service[key], "joins a container that is not the run's")
    for each in service.get("volumes_from") or ():
        if str(each).startswith("container:"):
            yield Reach("volumes_from", each, "mounts volumes of a container that is not the run's")


def _rights(service: Service) -> Iterator[Reach]:
    for each in service.get("cap_add") or ():
        if str(each).upper().removeprefix("CAP_") in CAPABILITIES:
            yield Reach("cap_add", each, "reaches beyond the container")
    for each in service.get("security_opt") or ():
        if str(each).replace(":", "=", 1).lower() in UNCONFINED:
            yield Reach("security_opt", each, "takes a wall between container and host away")


def _devices(service: Service) -> Iterator[Reach]:
    """Device nodes of the host; a CDI name (vendor/class=name) is the engine's to assign."""
    for each in service.get("devices") or ():
        source = each.get("source", "") if isinstance(each, Mapping) else str(each).split(":")[0]
        if str(source).startswith("/"):
            yield Reach("devices", source, "is a device of the host")


def _mounts(service: Service, engine_socket: str) -> Iterator[Reach]:
    """Binds of an engine's socket, or of a folder with one; a read-only one is no less open."""
    for mount in service.get("volumes") or ():
        source = str(mount.get("source") or "").replace("$$", "$")
        if mount["type"] == "bind" and _holds_socket(PurePosixPath(source), engine_socket):
            yield Reach("volumes", source, SOCKET)
        elif mount["type"] == "npipe":
            yield Reach("volumes", source, "gives it a pipe of the host")


def _files(production: Mapping[str, Any], service: Service, engine_socket: str) -> Iterator[Reach]:
    """Configs and secrets that are such a socket: compose binds their files."""
    for kind in ("configs", "secrets"):
        for each in service.get(kind) or ():
            wanted = (production.get(kind) or {}).get(each["source"]) or {}
            source = str(wanted.get("file") or "").replace("$$", "$")
            if source and _holds_socket(PurePosixPath(source), engine_socket):
                yield Reach(kind, source, SOCKET)


def _holds_socket(source: PurePosixPath, engine_socket: str) -> bool:
    known = [PurePosixPath(each) for each in (*SOCKETS, engine_socket) if each]
    return source.name in SOCKET_NAMES or any(
        source == each or source in each.parents for each in known
    )


def _build(build: Mapping[str, Any]) -> Iterator[Reach]:
    if build.get("privileged"):
        yield Reach("build.privileged", True, KEYS["privileged"])
    if build.get("network") == "host":
        yield Reach("build.network", "host", "builds on the host's network")
    for each in build.get("entitlements") or ():
        yield Reach("build.entitlements", each, "builds with rights on the host")

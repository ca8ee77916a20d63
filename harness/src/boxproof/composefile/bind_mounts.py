"""What takes the place of the files and folders of the host that services bind and may write to.

A run writes to nothing that production writes to: each becomes a volume of the run's own, for all
services that bind it. Binds that are read-only stay, and what ``[volumes]`` of ``boxproof.toml``
names. A folder inside another one that is bound as well becomes a volume apart.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from boxproof.composefile.plan import Plan
from boxproof.config.loading import nearest
from boxproof.config.options import Config
from boxproof.core.errors import ConfigError

Mount = Mapping[str, Any]

#: The name of a bound file inside the volume that takes its place.
FILE = "file"


class Start(StrEnum):
    """What such a volume holds when it is first mounted; a file is always copied."""

    TRACKED = "what git tracks of it"
    WHOLE = "all of it"
    EMPTY = "nothing"


@dataclass(frozen=True, slots=True)
class Copy:
    """A volume of the run's own in the place of something of the host.

    Attributes:
        source: the absolute path on the host.
        volume: the document's name of the volume.
        start: what it holds at first.
        place: where the compose file binds it, for a person.
    """

    source: str
    volume: str
    start: Start
    place: str


def copies(services: Mapping[str, Mapping[str, Any]], config: Config) -> tuple[Copy, ...]:
    """What takes the place of all that ``services`` bind and may write to, one for each source.

    Args:
        services: those of the production document that a run boots.

    Raises:
        ConfigError: ``[volumes]`` asks for two starts of one source.
    """
    asked: dict[str, tuple[str, Start | None]] = {}
    for name, mount in _written(services, config):
        place, source, wanted = key(name, mount), source_of(mount), _start(name, mount, config)
        first, before = asked.setdefault(source, (place, wanted))
        if wanted is not None and before not in (None, wanted):
            raise ConfigError(
                f"{config.file}: [volumes]: {place!r} and {first!r} bind the same {source}, and one"
                " cannot start in two ways; name one of them"
            )
        asked[source] = (first, before or wanted)
    names = _names(asked)
    return tuple(
        Copy(source, names[source], start or Start.TRACKED, place)
        for source, (place, start) in asked.items()
    )


def read(services: Mapping[str, Mapping[str, Any]], config: Config) -> frozenset[str]:
    """The paths of the host that ``services`` bind and only read."""
    return frozenset(
        source_of(mount)
        for name, service in services.items()
        for mount in service.get("volumes") or ()
        if mount["type"] == "bind" and _reads(name, mount, config)
    )


def check(production: Mapping[str, Any], config: Config) -> None:
    """Check that ``[volumes]`` names bind mounts, each once.

    Raises:
        ConfigError: one line with the entry and what there is instead.
    """
    file = config.service.compose_file
    services = production.get("services") or {}
    binds = [
        key(name, mount)
        for name, service in services.items()
        for mount in service.get("volumes") or ()
        if mount["type"] == "bind"
    ]
    seen: dict[str, str] = {}
    for option, entries in _entries(config).items():
        for entry in map(_normal, entries):
            place = f"{config.file}: [volumes] {option}"
            if entry not in binds:
                instead = nearest(entry, binds) if binds else "; it has no bind mounts at all"
                raise ConfigError(f"{place}: {entry!r} is not a bind mount in {file}{instead}")
            if entry in seen:
                raise ConfigError(f"{place}: {entry!r} stands in {seen[entry]!r} already")
            seen[entry] = option
    data = _normal(f"{config.service.name}:{config.service.data_mount}")
    if config.service.data_mount and seen.get(data) in ("keep", "read_only"):
        raise ConfigError(
            f"{config.file}: [volumes] {seen[data]}: {data!r} is [service] data_mount, which every"
            " boot gets anew; remove it here"
        )


def check_copied(made: Iterable[Copy], file: str, plan: Plan) -> None:
    """Check that all that must be copied can be: no sockets, devices, kernel's file systems.

    Raises:
        ConfigError: one cannot; one line with its place.
    """
    for each in made:
        if each.source in plan.uncopied:
            raise ConfigError(
                f"{file}: {each.place}: {each.source} is neither a file nor a folder that can be"
                " copied for the run; bind it read-only, or list it under"
                " [volumes] keep of the configuration"
            )


def own(
    name: str, mount: Mount, made: Mapping[str, Copy], config: Config, plan: Plan
) -> dict[str, Any]:
    """The mount of the service ``name`` as a run has it; ``made`` holds the copies by source."""
    source = source_of(mount)
    if mount["type"] != "bind" or source in plan.uncopied:
        return dict(mount)
    if _listed(name, mount, config.volumes.keep):
        return dict(mount)
    if source not in made:
        # A model that is missing is told of before anything is booted.
        if source in plan.missing and not _is_model(name, mount, config):
            # The engine would make an empty folder on the host.
            return {"type": "tmpfs", "target": mount["target"], "read_only": True}
        return {**mount, **_relabelled(mount), "read_only": True}
    read_only = {"read_only": True} if _reads(name, mount, config) else {}
    if source in plan.files and plan.files_folder:
        path = f"{plan.files_folder}/{made[source].volume}".replace("$", "$$")
        bind = {"create_host_path": False}
        return {"type": "bind", "source": path, "target": mount["target"], "bind": bind} | read_only
    # As under a bind, nothing of what the image has there is seen.
    options = {"nocopy": True} | ({"subpath": FILE} if source in plan.files else {})
    volume = made[source].volume
    return {
        "type": "volume",
        "source": volume,
        "target": mount["target"],
        "volume": options,
    } | read_only


def key(name: str, mount: Mount) -> str:
    """How ``[volumes]`` names a mount of the service ``name``."""
    return _normal(f"{name}:{mount['target']}")


def source_of(mount: Mount) -> str:
    """The path on the host; compose doubles every ``$`` of a document that it resolved."""
    return str(mount.get("source", "")).replace("$$", "$")


def _written(
    services: Mapping[str, Mapping[str, Any]], config: Config
) -> Iterator[tuple[str, Mount]]:
    for name, service in services.items():
        for mount in service.get("volumes") or ():
            kept = _listed(name, mount, config.volumes.keep)
            if mount["type"] == "bind" and not kept and not _reads(name, mount, config):
                yield name, mount


def _reads(name: str, mount: Mount, config: Config) -> bool:
    """Whether the service only reads it; a model is too large to copy, and there to be read."""
    if mount.get("read_only") or _listed(name, mount, config.volumes.read_only):
        return True
    return _is_model(name, mount, config) and _start(name, mount, config) is None


def _is_model(name: str, mount: Mount, config: Config) -> bool:
    model = config.service.model_mount
    return bool(model) and key(name, mount) == _normal(f"{config.service.name}:{model}")


def _relabelled(mount: Mount) -> dict[str, Any]:
    """With the SELinux label that several containers share: ``Z`` takes it from production's.

    https://docs.docker.com/engine/storage/bind-mounts/#configure-the-selinux-label
    """
    bind = mount.get("bind") or {}
    return {"bind": {**bind, "selinux": "z"}} if bind.get("selinux") == "Z" else {}


def _start(name: str, mount: Mount, config: Config) -> Start | None:
    if _listed(name, mount, config.volumes.copy):
        return Start.WHOLE
    return Start.EMPTY if _listed(name, mount, config.volumes.empty) else None


def _entries(config: Config) -> dict[str, tuple[str, ...]]:
    wanted = config.volumes
    return {
        "keep": wanted.keep,
        "read_only": wanted.read_only,
        "copy": wanted.copy,
        "empty": wanted.empty,
    }


def _listed(name: str, mount: Mount, entries: tuple[str, ...]) -> bool:
    return key(name, mount) in map(_normal, entries)


def _normal(entry: str) -> str:
    return entry.rstrip("/") or entry


def _names(sources: Mapping[str, Any]) -> dict[str, str]:
    """A name for the volume of each source that a person recognises."""
    names: dict[str, str] = {}
    for source in sources:
        word = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(source).name.lower()).strip("-")
        name = f"boxproof-bound-{word or 'root'}"
        while name in names.values():
            name = f"{name}-again"
        names[source] = name
    return names

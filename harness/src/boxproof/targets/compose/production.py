"""The production compose file, resolved by compose itself."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boxproof import composefile
from boxproof.composefile.build_inputs import build_inputs
from boxproof.composefile.plan import Plan
from boxproof.config.options import Config
from boxproof.core.errors import ConfigError
from boxproof.targets.compose import bound_copies, engine
from boxproof.targets.compose.engine import Engine

#: What compose itself looks for.
DEFAULT_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
#: Replaces what is mounted as the model: a folder of the machine that the engine runs on.
SOURCE_VARIABLE = "SOURCE_MOUNT"
#: In the run's folder, for an engine that mounts whole volumes only.
FILES_FOLDER = "bound-files"


def resolve(config: Config) -> dict[str, Any]:
    """The production document: interpolated, extended, included, every path absolute.

    Raises:
        ConfigError: the file is missing, or compose cannot read it; compose's own message.
        EngineError: there is no docker command, or it has no Compose v2.
    """
    path = config.root / config.service.compose_file
    if not path.is_file():
        there = [name for name in DEFAULT_NAMES if (config.root / name).is_file()]
        meant = f"; did you mean {there[0]!r}?" if there else ""
        raise ConfigError(f"{config.file}: [service] compose_file: {path}: no such file{meant}")
    command = ["docker", "compose", "-f", str(path), "--profile", "*", "config"]
    environment = {**os.environ, **_source(config)}
    with engine.started(
        [*command, "--format", "json"], stderr=engine.PIPE, environment=environment
    ) as child:
        out, err = child.communicate(timeout=engine.CALL_SECONDS)
    if child.returncode != 0:
        raise ConfigError(f"{path}: {engine.last_line(err)}")
    document: dict[str, Any] = json.loads(out)
    return document


def model_source(config: Config) -> str:
    """The absolute path that replaces the model's source; empty keeps production's."""
    return _source(config).get(SOURCE_VARIABLE, "") if config.service.model_mount else ""


def plan_for(
    config: Config,
    document: Mapping[str, Any],
    project: str,
    labels: Mapping[str, str],
    where: Engine,
    *,
    trusted: bool = False,
) -> Plan:
    """The plan of a test compose document in this environment, before any image is built.

    Args:
        trusted: whether the compose file may hand a container the host.

    Raises:
        ConfigError: ``[volumes]`` asks for two starts of one source.
    """
    files, uncopied = bound_copies.kinds(composefile.copies(document, config))
    # A host that shares no files with this one may have what is missing here.
    bound = () if where.remote else composefile.only_read(document, config)
    _, _, socket = where.endpoint.partition("unix://")
    return Plan(
        project=project,
        labels=labels,
        bind_address=where.bind_address,
        files=files,
        files_folder="" if where.mounts_subpaths else FILES_FOLDER,
        uncopied=uncopied,
        missing=bound_copies.missing(bound),
        trusted=trusted,
        engine_socket=socket,
        model_source=model_source(config),
        build=build_inputs(config, os.environ, Path.exists),
        image_name=f"boxproof-{project_key(config)}",
        image_labels={"boxproof.image": project_key(config)},
    )


def project_key(config: Config) -> str:
    """Names the project whose image is judged: the folder's name, and a mark of its whole path."""
    name = re.sub(r"[^a-z0-9]+", "-", config.root.name.lower()).strip("-") or "project"
    return f"{name}-{hashlib.sha256(str(config.root).encode()).hexdigest()[:8]}"


def _source(config: Config) -> dict[str, str]:
    """SOURCE_MOUNT made absolute: compose would take a bare name for a volume's."""
    value = os.environ.get(SOURCE_VARIABLE, "")
    return {SOURCE_VARIABLE: str((config.root / value).absolute())} if value else {}

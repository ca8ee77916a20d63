"""What ``boxproof.toml`` says of the production compose file must be true."""

from collections.abc import Mapping
from typing import Any

from boxproof.composefile import bind_mounts, ports
from boxproof.config.loading import nearest
from boxproof.config.options import Config
from boxproof.core.errors import ConfigError


def check(production: Mapping[str, Any], config: Config) -> None:
    """Check service, port and mounts.

    Raises:
        ConfigError: one line with the place, the value seen and what there is instead.
    """
    wanted, file = config.service, config.service.compose_file
    services = production.get("services") or {}
    if wanted.name not in services:
        raise ConfigError(
            f"{config.file}: [service] name: {file} has no service {wanted.name!r}"
            f"{nearest(wanted.name, services)}"
        )
    service = services[wanted.name]
    _check_neighbours(services, config)
    _check_network(service, config)
    _check_mount("data_mount", wanted.data_mount, service, config)
    _check_mount("model_mount", wanted.model_mount, service, config)
    bind_mounts.check(production, config)
    if not wanted.image and not service.get("image") and not service.get("build"):
        raise ConfigError(f"{file}: services.{wanted.name}: has neither 'build' nor 'image'")


def _check_neighbours(services: Mapping[str, Any], config: Config) -> None:
    wanted = config.service
    others = [name for name in services if name != wanted.name]
    for name in wanted.neighbours or ():
        if name not in others:
            raise ConfigError(
                f"{config.file}: [service] neighbours: {wanted.compose_file} has no service "
                f"{name!r} beside {wanted.name!r}{nearest(name, others) if others else ''}"
            )


def _check_network(service: Mapping[str, Any], config: Config) -> None:
    wanted, file = config.service, config.service.compose_file
    if not wanted.port:
        raise ConfigError(
            f"{config.file}: [service] port: missing; the compose target needs the port that "
            f"{wanted.name!r} listens on inside its container"
        )
    mode = str(service.get("network_mode") or "")
    if mode.startswith(("service:", "container:")):
        raise ConfigError(
            f"{file}: services.{wanted.name}.network_mode: {mode!r} lends the service another's"
            " network, where its port cannot be published"
        )
    offered = ports.offered(service)
    # On the host's network nothing is published: every port that is listened on is reached.
    if mode == "host" or wanted.port in offered:
        return
    instead = f"only {', '.join(map(str, offered))}" if offered else "no port"
    raise ConfigError(
        f"{config.file}: [service] port: {wanted.port}, but {wanted.name!r} in {file} publishes and"
        f" exposes {instead}; add {wanted.port} to 'expose' there or change it here"
    )


def _check_mount(option: str, wanted: str, service: Mapping[str, Any], config: Config) -> None:
    targets = {str(each["target"]).rstrip("/") for each in service.get("volumes") or ()}
    if not wanted or wanted.rstrip("/") in targets:
        return
    instead = nearest(wanted, targets) if targets else "; nothing is mounted there at all"
    raise ConfigError(
        f"{config.file}: [service] {option}: {config.service.name!r} in"
        f" {config.service.compose_file} mounts nothing at {wanted!r}{instead}"
    )

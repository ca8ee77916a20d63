"""The whole test compose document."""

from collections.abc import Iterable, Mapping
from typing import Any

from boxproof.composefile import bind_mounts, host_access, isolation, judged_service, validation
from boxproof.composefile.bind_mounts import Copy
from boxproof.composefile.plan import Plan
from boxproof.config.options import Config

Document = dict[str, Any]


def transform(production: Mapping[str, Any], config: Config, plan: Plan) -> Document:
    """Make the test compose document.

    Kept are the judged service, the neighbours that ``boxproof.toml`` names, and all that these
    stand on (``depends_on``, ``links``, ``volumes_from``, ``network_mode: service:…``). What only
    production's host has goes: restart policies, container names, host ports, labels that steer
    other programs, log drivers, shared volumes and networks (external ones too), addresses. Volumes
    and networks become the run's own and begin empty, and so does what services bind and may write
    to: see :mod:`~boxproof.composefile.bind_mounts`.

    Args:
        production: the resolved production document; not changed.

    Raises:
        ConfigError: ``boxproof.toml`` names what the compose file does not have, or the file is
            not trusted and would hand a container the host.
    """
    validation.check(production, config)
    if not plan.trusted:
        wanted, file = booted(production, config), config.service.compose_file
        host_access.check(production, wanted, file, plan.engine_socket)
        bind_mounts.check_copied(copies(production, config), file, plan)
    document: Document = {"name": plan.project, "services": {}}
    made = {each.source: each for each in copies(production, config)}
    for name, original in booted(production, config).items():
        service = isolation.isolated(name, original, made, config, plan)
        if name == config.service.name:
            service = judged_service.changed(service, config, plan)
        document["services"][name] = service
    _make_reachable(document["services"][config.service.name], production)
    document["networks"] = _networks(production, document["services"].values(), plan)
    document["volumes"] = _volumes(production, document["services"].values(), plan)
    for kind in ("secrets", "configs"):
        kept = _files(kind, production, document["services"].values())
        document[kind] = kept
    document["secrets"] |= judged_service.build_secrets(
        document["services"][config.service.name], plan
    )
    return {key: value for key, value in document.items() if value}


def booted(production: Mapping[str, Any], config: Config) -> dict[str, Any]:
    """The services of the production document that a run boots."""
    every = production.get("services") or {}
    named = config.service.neighbours or ()
    return {name: every[name] for name in needed(every, config.service.name, *named)}


def copies(production: Mapping[str, Any], config: Config) -> tuple[Copy, ...]:
    """What takes the place of all that the booted services bind and may write to."""
    return bind_mounts.copies(booted(production, config), config)


def only_read(production: Mapping[str, Any], config: Config) -> frozenset[str]:
    """The paths of the host that the booted services bind and only read."""
    return bind_mounts.read(booted(production, config), config)


def needed(every: Mapping[str, Any], *names: str) -> list[str]:
    """The services ``names`` and all services that they stand on, in the document's order."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        each = waiting.pop()
        if each not in found and each in every:
            found.add(each)
            waiting += isolation.stands_on(every[each])
    return [each for each in every if each in found]


def _make_reachable(service: Document, production: Mapping[str, Any]) -> None:
    """Nothing can be published on internal networks: where there is no other, one is added."""
    networks = service.get("networks", {})
    if networks and all(_internal(production, name) for name in networks):
        service["networks"] = {**networks, "boxproof": None}


def _networks(
    production: Mapping[str, Any], used_by: Iterable[Mapping[str, Any]], plan: Plan
) -> Document:
    """Networks of the run's own: no fixed addresses, no drivers that reach beyond this engine."""
    used = {name for service in used_by for name in service.get("networks", {})}
    return {
        name: {
            "name": f"{plan.project}_{name}",
            "labels": dict(plan.labels),
            **({"internal": True} if _internal(production, name) else {}),
        }
        for name in sorted(used)
    }


def _internal(production: Mapping[str, Any], name: str) -> bool:
    return bool((production.get("networks", {}).get(name) or {}).get("internal"))


def _volumes(
    production: Mapping[str, Any], used_by: Iterable[Mapping[str, Any]], plan: Plan
) -> Document:
    """Volumes of the run's own; of a driver's options only a tmpfs's size and mode are kept."""
    used = {
        mount["source"]
        for service in used_by
        for mount in service.get("volumes", ())
        if mount["type"] == "volume"
    }
    made: Document = {}
    for name in sorted(used):
        if name == judged_service.SHARED_VOLUME:
            made[name] = {"name": plan.data_volume, "external": True}
            continue
        made[name] = {"name": f"{plan.project}_{name}", "labels": dict(plan.labels)}
        options = (production.get("volumes", {}).get(name) or {}).get("driver_opts") or {}
        if name == judged_service.CAPPED_VOLUME:
            options = judged_service.capped_volume(plan.data_bytes)
        if options.get("type") == "tmpfs":
            made[name] |= {"driver": "local", "driver_opts": dict(options)}
    return made


def _files(
    kind: str, production: Mapping[str, Any], used_by: Iterable[Mapping[str, Any]]
) -> Document:
    """The secrets or configs that the services mount or build with."""
    used = {
        each["source"]
        for service in used_by
        for place in (service, service.get("build", {}))
        for each in place.get(kind) or ()
    }
    every = production.get(kind) or {}
    return {
        name: {key: value for key, value in every[name].items() if key != "name"}
        for name in sorted(used)
        if name in every
    }

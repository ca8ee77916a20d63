"""What every service of the test compose document loses and gets."""

import copy
import hashlib
from collections.abc import Mapping
from typing import Any

from boxproof.composefile import bind_mounts, ports
from boxproof.composefile.bind_mounts import Copy
from boxproof.composefile.plan import Plan
from boxproof.config.options import Config

Service = dict[str, Any]

#: What only makes sense on production's host, or would let two runs meet.
HOST_ONLY = (
    "annotations",
    "attach",
    "cgroup",
    "cgroup_parent",
    "container_name",
    "develop",
    "external_links",
    "labels",
    "label_file",
    "logging",
    "mac_address",
    "profiles",
    "pull_policy",
    "restart",
    "scale",
)
#: What a ``deploy`` section may keep: limits, and the devices that a service asks for.
DEPLOY_KEPT = ("resources",)


def isolated(
    name: str,
    production: Mapping[str, Any],
    copies: Mapping[str, Copy],
    config: Config,
    plan: Plan,
) -> Service:
    """A service that shares nothing with production or with another run.

    Args:
        copies: what takes the place of what services bind, by its path on the host.
    """
    service = {
        key: copy.deepcopy(value)
        for key, value in production.items()
        if key not in HOST_ONLY and value is not None
    }
    service["restart"] = "no"
    service["labels"] = dict(plan.labels)
    # The one driver that every engine has and that 'docker logs' reads back in full.
    service["logging"] = {"driver": "json-file"}
    service["ports"] = ports.left_to_engine(service.get("ports", ()), plan.bind_address)
    service["volumes"] = [
        bind_mounts.own(name, _named(mount, f"{name}-{number}"), copies, config, plan)
        for number, mount in enumerate(service.get("volumes", ()))
    ]
    _deploy(service)
    _network(service)
    _image(name, service, plan)
    for dependency in service.get("depends_on", {}).values():
        dependency.pop("restart", None)
    return {key: value for key, value in service.items() if value not in ({}, [])}


def stands_on(service: Mapping[str, Any]) -> list[str]:
    """The names of the services that this one does not start or work without."""
    names = list(service.get("depends_on") or {})
    names += [each.split(":")[0] for each in service.get("links") or ()]
    names += [each.split(":")[0] for each in service.get("volumes_from") or ()]
    for key in ("network_mode", "ipc", "pid"):
        kind, _, other = str(service.get(key) or "").partition(":")
        names += [other] if kind == "service" else []
    return names


def _named(mount: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An anonymous volume gets a name, so that it can carry labels; all else stays.

    A part of a volume becomes a volume of its own, for nothing is in the run's own one.
    """
    if mount["type"] != "volume":
        return mount
    if not mount.get("source"):
        return {**mount, "source": f"boxproof-anonymous-{name}"}
    options = mount.get("volume") or {}
    if "subpath" not in options:
        return mount
    part = hashlib.sha256(options["subpath"].encode()).hexdigest()[:8]
    left = {key: value for key, value in options.items() if key != "subpath"}
    return {**mount, "source": f"{mount['source']}-part-{part}", "volume": left}


def _deploy(service: Service) -> None:
    kept = {
        key: value
        for key, value in service.pop("deploy", {}).items()
        if key in DEPLOY_KEPT and value
    }
    if kept:
        service["deploy"] = kept


def _network(service: Service) -> None:
    """Networks by name and aliases only; the host's network becomes the run's own."""
    if service.get("network_mode") in ("host", "bridge", "default"):
        del service["network_mode"]
    if "network_mode" in service:
        return
    service["networks"] = {
        name: {"aliases": wished["aliases"]} if wished and wished.get("aliases") else None
        for name, wished in (service.get("networks") or {"default": None}).items()
    }


def _image(name: str, service: Service, plan: Plan) -> None:
    """Run the image that the plan gives; label what is built, under no name of production's."""
    if name in plan.images:
        service.pop("build", None)
        service["image"] = plan.images[name]
    elif "build" in service:
        service["image"] = f"{plan.image_name or plan.project}-{name}"
        # Neither production's names nor its build cache are written to.
        service["build"].pop("tags", None)
        service["build"].pop("cache_to", None)
        service["build"]["labels"] = {
            **service["build"].get("labels", {}),
            **plan.image_labels,
        }

"""What only the judged service gets: its image, model, data, environment and limits."""

from collections.abc import Mapping
from typing import Any

from boxproof.composefile import ports
from boxproof.composefile.plan import Plan
from boxproof.config.options import Config

Service = dict[str, Any]

#: The document's name of a data volume that is another deployment's.
SHARED_VOLUME = "boxproof-shared"
#: The document's name of a data volume that has a size.
CAPPED_VOLUME = "boxproof-capped"
#: Read and written by any user, as a data folder of an unknown user must be.
TMPFS_MODE = 0o1777
#: Bytes of a block of tmpfs: a page of memory, and on few machines a larger one.
TMPFS_BLOCK = 4096


def changed(service: Service, config: Config, plan: Plan) -> Service:
    """The judged service as the configuration and the plan want it; ``service`` is used up."""
    service["environment"] = environment(service, config, plan)
    service["ports"] = ports.moved(
        service.get("ports", ()), config.service.port, _port(config, plan), plan.bind_address
    )
    service["volumes"] = [_mount(each, config, plan) for each in service.get("volumes", ())]
    if config.service.image and config.service.name not in plan.images:
        service.pop("build", None)
        service["image"] = config.service.image
    if "build" in service:
        _build(service["build"], plan)
    if plan.cpus is not None:
        _limit_cpus(service, plan.cpus)
    if plan.shm_bytes:
        service["shm_size"] = str(plan.shm_bytes)
    if plan.read_only_root:
        service["read_only"] = True
    return {key: value for key, value in service.items() if value not in ({}, [])}


def environment(service: Mapping[str, Any], config: Config, plan: Plan) -> dict[str, Any]:
    """Production's variables, under those of the configuration, under those of the plan."""
    workers = {}
    if config.server is not None and config.server.workers_variable:
        workers[config.server.workers_variable] = str(config.server.workers)
    ours = {**workers, **config.service.environment, **plan.environment}
    # Compose expands $ in the document that it is given; production's are escaped already.
    escaped = {name: value.replace("$", "$$") for name, value in ours.items()}
    return {**service.get("environment", {}), **escaped}


def build_secrets(service: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """The document's entries for the secrets that enter the build."""
    if "build" not in service:
        return {}
    return {name: {"file": _escaped(path)} for name, path in plan.build.secrets.items()}


def capped_volume(size_bytes: int) -> dict[str, str]:
    """The local driver's options for a volume of a size, which lives while a container holds it.

    https://docs.docker.com/reference/cli/docker/volume/create/, driver-specific options. In blocks,
    because Podman takes ``size`` for a project quota, which few file systems have.
    """
    blocks = -(-size_bytes // TMPFS_BLOCK)
    return {"type": "tmpfs", "device": "tmpfs", "o": f"nr_blocks={blocks},mode={TMPFS_MODE:o}"}


def _port(config: Config, plan: Plan) -> int:
    variable = config.server.port_variable if config.server is not None else ""
    return ports.listened_on(config.service.port, variable, plan.environment)


def _mount(mount: dict[str, Any], config: Config, plan: Plan) -> dict[str, Any]:
    """The model's source replaced, and the data where the plan wants it."""
    target = str(mount["target"]).rstrip("/")
    if target == config.service.model_mount.rstrip("/") and plan.model_source:
        return {**_bind(plan.model_source, mount["target"]), "read_only": True}
    if not target or target != config.service.data_mount.rstrip("/"):
        return mount
    data = _data(mount, plan)
    return {**data, "read_only": True} if plan.data_read_only else data


def _data(mount: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """The data in a folder, on a volume of the run's own, or on none."""
    if plan.data_folder:
        return _bind(plan.data_folder, mount["target"])
    if plan.data_bytes:
        return {"type": "volume", "source": CAPPED_VOLUME, "target": mount["target"]}
    if plan.data_volume:
        return {"type": "volume", "source": SHARED_VOLUME, "target": mount["target"]}
    if not plan.volume:
        return {"type": "tmpfs", "target": mount["target"], "tmpfs": {"mode": TMPFS_MODE}}
    return mount


def _bind(source: str, target: str) -> dict[str, Any]:
    return {
        "type": "bind",
        "source": _escaped(source),
        "target": target,
        "bind": {"create_host_path": False},
    }


def _build(build: Service, plan: Plan) -> None:
    if plan.build.contexts:
        contexts = {name: _escaped(path) for name, path in plan.build.contexts.items()}
        build["additional_contexts"] = {**build.get("additional_contexts", {}), **contexts}
    if plan.build.secrets:
        others = [
            each for each in build.get("secrets", ()) if each["source"] not in plan.build.secrets
        ]
        build["secrets"] = [*others, *({"source": name} for name in plan.build.secrets)]


def _limit_cpus(service: Service, cpus: float) -> None:
    """One limit: compose refuses two that differ, and a reservation above the limit."""
    resources = service.get("deploy", {}).get("resources", {})
    for kind in ("limits", "reservations"):
        resources.get(kind, {}).pop("cpus", None)
    for key in ("cpu_count", "cpu_percent", "cpu_period", "cpu_quota"):
        service.pop(key, None)
    service["cpus"] = cpus


def _escaped(path: str) -> str:
    return path.replace("$", "$$")

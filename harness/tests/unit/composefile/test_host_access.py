"""What would hand a container the host is refused in one line, unless the file is trusted."""

from dataclasses import replace
from typing import Any

import pytest

from boxproof import composefile as compose
from boxproof.composefile import Plan
from boxproof.config.options import Config
from boxproof.core.errors import ConfigError

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"privileged": True}, "privileged", "True"),
    ({"use_api_socket": True}, "use_api_socket", "True"),
    ({"provider": {"type": "cloud"}}, "provider", "cloud"),
    ({"pid": "host"}, "pid", "'host'"),
    ({"ipc": "host"}, "ipc", "'host'"),
    ({"uts": "host"}, "uts", "'host'"),
    ({"userns_mode": "host"}, "userns_mode", "'host'"),
    ({"pid": "container:shop-db"}, "pid", "'container:shop-db'"),
    ({"network_mode": "container:shop-db"}, "network_mode", "'container:shop-db'"),
    ({"volumes_from": ["container:shop-db:ro"]}, "volumes_from", "'container:shop-db:ro'"),
    ({"cap_add": ["NET_ADMIN", "cap_sys_admin"]}, "cap_add", "'cap_sys_admin'"),
    ({"cap_add": ["ALL"]}, "cap_add", "'ALL'"),
    ({"security_opt": ["seccomp:unconfined"]}, "security_opt", "'seccomp:unconfined'"),
    ({"security_opt": ["label=disable"]}, "security_opt", "'label=disable'"),
    ({"devices": ["/dev/sda:/dev/sda:rwm"]}, "devices", "'/dev/sda'"),
    ({"devices": [{"source": "/dev/kmem", "target": "/x"}]}, "devices", "'/dev/kmem'"),
    ({"device_cgroup_rules": ["c 1:3 mr"]}, "device_cgroup_rules", "'c 1:3 mr'"),
    ({"post_start": [{"command": ["x"], "privileged": True}]}, "post_start.privileged", "True"),
    ({"build": {"context": "/", "privileged": True}}, "build.privileged", "True"),
    ({"build": {"context": "/", "network": "host"}}, "build.network", "'host'"),
    ({"build": {"context": "/", "entitlements": ["x"]}}, "build.entitlements", "'x'"),
    ({"configs": [{"source": "sock"}]}, "configs", "'/run/docker.sock'"),
]
SOCKETS = (
    "/var/run/docker.sock",
    "/home/me/.docker/run/docker.sock",
    "/run/user/1000/podman/podman.sock",
    "/run",
    "/var",
    "/",
    "/srv/engine",
)
PASSED: list[dict[str, Any]] = [
    {"privileged": False, "devices": [], "cap_add": None},
    {"gpus": [{"driver": "nvidia", "count": -1}]},
    {"deploy": {"resources": {"reservations": {"devices": [{"capabilities": ["gpu"]}]}}}},
    {"devices": ["nvidia.com/gpu=all"]},
    {"cap_add": ["NET_BIND_SERVICE", "IPC_LOCK"]},
    {"security_opt": ["no-new-privileges:true"]},
    {"ipc": "shareable", "pid": "service:api", "cgroup": "host"},
    {"network_mode": "host"},
    {"volumes_from": ["api:ro"]},
    {"volumes": [{"type": "bind", "source": "/run/secrets", "target": "/x", "read_only": True}]},
]


@pytest.mark.parametrize(
    ("name", "given", "key", "value"),
    [
        (name, *each)
        for each in REFUSED
        for name in ("api", "queue")
        # Refused for the judged service even where the file is trusted.
        if name != "api" or "network_mode" not in each[0]
    ],
)
def test_refused(
    production: dict[str, Any],
    config: Config,
    plan: Plan,
    name: str,
    given: dict[str, Any],
    key: str,
    value: str,
) -> None:
    """Of the judged service and of every one that is booted beside it."""
    production["services"][name] |= given
    production["configs"] = {"sock": {"file": "/run/docker.sock"}}
    with pytest.raises(ConfigError) as error:
        compose.transform(production, config, plan)
    said = str(error.value)
    assert said.startswith(f"docker-compose.yml: services.{name}.{key}: ")
    assert value in said
    assert "--trust-compose" in said
    assert "\n" not in said
    document = compose.transform(production, config, replace(plan, trusted=True))
    assert name in document["services"]


@pytest.mark.parametrize("source", SOCKETS)
@pytest.mark.parametrize("read_only", [False, True])
def test_the_engines_socket(
    production: dict[str, Any], config: Config, plan: Plan, source: str, read_only: bool
) -> None:
    """By its usual names, by the engine in use, or in a folder; read-only does not help."""
    mount = {"type": "bind", "source": source, "target": "/x", "read_only": read_only}
    production["services"]["queue"]["volumes"].append(mount)
    plan = replace(plan, engine_socket="/srv/engine/own.sock")
    with pytest.raises(ConfigError, match=r"services.queue.volumes: .* engine's socket"):
        compose.transform(production, config, plan)


@pytest.mark.parametrize("given", PASSED)
def test_passed_on(
    production: dict[str, Any], config: Config, plan: Plan, given: dict[str, Any]
) -> None:
    """What stays within the container, or what the engine assigns."""
    production["services"]["queue"] |= given
    assert "queue" in compose.transform(production, config, plan)["services"]


def test_what_is_not_booted_is_not_looked_at(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """A monitor beside the service is no part of the run."""
    production["services"]["grafana"]["privileged"] = True
    compose.transform(production, config, plan)


def test_several(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """One line names the first and counts the others."""
    production["services"]["queue"] |= {"privileged": True, "pid": "host", "cap_add": ["ALL"]}
    with pytest.raises(ConfigError, match=r"privileged: True .* \(and 2 more like it\)"):
        compose.transform(production, config, plan)

"""The test compose document is production's image on nothing of production's."""

import copy
from dataclasses import replace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from boxproof import composefile as compose
from boxproof.composefile import Plan
from boxproof.config.options import Config


def made(production: dict[str, Any], config: Config, plan: Plan) -> dict[str, Any]:
    """The judged service of the test document."""
    service: dict[str, Any] = compose.transform(production, config, plan)["services"]["api"]
    return service


def mounted(service: dict[str, Any], target: str) -> dict[str, Any]:
    """What a service mounts at ``target``."""
    return next(each for each in service["volumes"] if each["target"].rstrip("/") == target)


def test_before_the_build(
    production: dict[str, Any], config: Config, plan: Plan, snapshot: SnapshotAssertion
) -> None:
    """The document that builds the image: what a person reads, as YAML."""
    document = compose.transform(production, config, plan)
    assert compose.render(document, "docker-compose.yml") == snapshot


def test_difference(
    production: dict[str, Any], config: Config, plan: Plan, snapshot: SnapshotAssertion
) -> None:
    """What ``boxproof compose --diff`` shows."""
    document = compose.transform(production, config, plan)
    assert compose.diff(production, document, "docker-compose.yml") == snapshot


def test_variant_with_a_pinned_image(
    production: dict[str, Any], config: Config, plan: Plan, snapshot: SnapshotAssertion
) -> None:
    """A boot of the built image under other settings."""
    plan = replace(
        plan,
        images={"api": "sha256:0123"},
        environment={"PORT": "8123", "WORKERS": "max"},
        cpus=1.5,
        volume=False,
        bind_address="0.0.0.0",
    )
    document = compose.transform(production, config, plan)
    assert compose.render(document) == snapshot


def test_production_is_not_changed(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """Making one document leaves the next one the same material."""
    before = copy.deepcopy(production)
    compose.transform(production, config, replace(plan, cpus=1.0))
    assert production == before


def test_pure(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """The same arguments make the same document."""
    first = compose.transform(production, config, plan)
    assert compose.transform(production, config, plan) == first


def test_only_what_the_service_stands_on(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """A service that nothing needs is left away, one that is needed indirectly is not."""
    production["services"]["queue"]["links"] = ["disk:d"]
    production["services"]["disk"] = {"image": "disk", "volumes_from": ["api:ro"]}
    document = compose.transform(production, config, plan)
    assert list(document["services"]) == ["api", "queue", "disk"]


def test_neighbours_are_what_the_service_depends_on_and_goes_on_running(
    production: dict[str, Any], config: Config
) -> None:
    """A migration that has ended can be missed by nobody."""
    assert compose.neighbours(production, config) == ("queue",)
    queue = production["services"]["api"]["depends_on"]["queue"]
    queue["condition"] = "service_completed_successfully"
    assert compose.neighbours(production, config) == ()


def test_a_neighbour_that_is_named_is_booted(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """The compose file need not say that it is needed."""
    named = replace(config, service=replace(config.service, neighbours=("grafana",)))
    assert "grafana" in compose.transform(production, named, plan)["services"]
    assert compose.neighbours(production, named) == ("grafana",)


@pytest.mark.parametrize("kind", ["networks", "volumes"])
def test_nothing_is_shared(
    production: dict[str, Any], config: Config, plan: Plan, kind: str
) -> None:
    """Every network and volume, external ones too, is the run's own and carries its labels."""
    document = compose.transform(production, config, plan)
    for name, each in document[kind].items():
        assert each["name"] == f"{plan.project}_{name}"
        assert each["labels"] == plan.labels
        assert "external" not in each
    for service in document["services"].values():
        assert service["labels"] == plan.labels
        assert service["restart"] == "no"


def test_no_build_cache_of_production(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """A build writes neither its registry nor a folder."""
    assert "cache_to" not in made(production, config, plan)["build"]


def test_data_kept_in_a_folder_of_the_host(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """A run never writes to the folder that production keeps its data in."""
    data = {"type": "bind", "source": "/srv/data", "target": "/data"}
    production["services"]["api"]["volumes"][0] = data
    document = compose.transform(production, config, plan)
    mount = mounted(document["services"]["api"], "/data")
    assert mount["type"] == "volume"
    assert mount["source"] in document["volumes"]
    assert "/srv/data" not in compose.render(document)


@pytest.mark.parametrize("said", [{}, {"read_only": False}, {"read_only": True}])
def test_read_only_root(
    production: dict[str, Any], config: Config, plan: Plan, said: dict[str, Any]
) -> None:
    """A variant has one whatever production's file says; others stay as production."""
    production["services"]["api"].pop("read_only")
    production["services"]["api"] |= said
    assert made(production, config, replace(plan, read_only_root=True))["read_only"] is True
    assert made(production, config, plan).get("read_only") == said.get("read_only")


def test_model_of_production(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """Without another source, the model is what production mounts."""
    service = made(production, config, replace(plan, model_source=""))
    assert mounted(service, "/model")["source"] == "/srv/gpt2"


def test_only_the_mounted_model_is_replaced(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """A source without a place in the service changes nothing."""
    config = replace(config, service=replace(config.service, model_mount=""))
    assert mounted(made(production, config, plan), "/model")["source"] == "/srv/gpt2"


def test_digest_instead_of_a_build(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """An image that the configuration pins is neither built nor given build inputs."""
    pinned = "registry.example/shop@sha256:" + "0" * 64
    config = replace(config, service=replace(config.service, image=pinned))
    document = compose.transform(production, config, plan)
    assert document["services"]["api"]["image"] == pinned
    assert "build" not in document["services"]["api"]
    assert list(document["secrets"]) == ["token"]


def test_ready_made_image(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """A production file that only names an image has that image judged."""
    del production["services"]["api"]["build"]
    assert made(production, config, plan)["image"] == "registry.example/shop:1"


def test_precedence_of_variables(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """Production, then the worker count, then [service.environment], then the variant; $ kept."""
    environment = made(production, config, plan)["environment"]
    assert environment == {
        "PRICE": "5$$",
        "WORKERS": "3",
        "FROM_SHELL": None,
        "MODEL_NAME": "",
    }
    varied = made(production, config, replace(plan, environment={"WORKERS": "max"}))
    assert varied["environment"]["WORKERS"] == "max"


@pytest.mark.parametrize(
    ("value", "port"), [("8123", 8123), ("many", 8000), ("0", 8000), ("70000", 8000), ("²", 8000)]
)
def test_port_follows_its_variable(
    production: dict[str, Any], config: Config, plan: Plan, value: str, port: int
) -> None:
    """A variant that moves the port has that one published; a bad value moves nothing."""
    service = made(production, config, replace(plan, environment={"PORT": value}))
    assert [each["target"] for each in service["ports"]] == [port, 9000]


def test_host_network(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """A service on the host's network gets a network of the run's own and a published port."""
    api = production["services"]["api"]
    api["network_mode"] = "host"
    del api["networks"], api["ports"]
    document = compose.transform(production, config, plan)
    service = document["services"]["api"]
    assert "network_mode" not in service
    assert service["networks"] == {"default": None}
    assert "default" in document["networks"]
    assert [each["target"] for each in service["ports"]] == [8000]


def test_internal_networks(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """A service that only internal networks reach gets one that its port can be published on."""
    production["networks"] = {name: {"internal": True} for name in ("front", "back")}
    document = compose.transform(production, config, plan)
    assert document["networks"]["front"]["internal"] is True
    assert document["networks"]["back"]["internal"] is True
    assert "internal" not in document["networks"]["boxproof"]
    assert "boxproof" in document["services"]["api"]["networks"]


def test_one_cpu_limit(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """A variant's limit is the only one: compose refuses two, and reservations above it."""
    service = made(production, config, replace(plan, cpus=0.5))
    assert service["cpus"] == 0.5
    assert service["deploy"]["resources"]["limits"] == {"memory": "1073741824"}
    assert "cpus" not in service["deploy"]["resources"].get("reservations", {})


def test_a_shared_data_volume_is_another_deployments(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """It is mounted by the name that the engine knows, and not removed with this one."""
    shared = replace(plan, data_volume="boxproof-0123abcd-7_data")
    document = compose.transform(production, config, shared)
    source = mounted(document["services"]["api"], "/data")["source"]
    assert document["volumes"][source] == {"name": "boxproof-0123abcd-7_data", "external": True}


def test_a_data_volume_of_a_size(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """It is a tmpfs of the run's own, which any user may write to."""
    document = compose.transform(production, config, replace(plan, data_bytes=4096))
    source = mounted(document["services"]["api"], "/data")["source"]
    volume = document["volumes"][source]
    assert volume["driver_opts"] == {
        "type": "tmpfs",
        "device": "tmpfs",
        "o": "nr_blocks=1,mode=1777",
    }
    assert volume["labels"] == {"boxproof.run": "0123abcd"}
    assert volume["name"].startswith(plan.project)


@pytest.mark.parametrize("data_bytes", [0, 4096])
def test_data_that_may_not_be_written(
    production: dict[str, Any], config: Config, plan: Plan, data_bytes: int
) -> None:
    """The same volume, read-only; nothing else changes."""
    writable = replace(plan, data_bytes=data_bytes)
    before = compose.transform(production, config, writable)
    after = compose.transform(production, config, replace(writable, data_read_only=True))
    mount = mounted(after["services"]["api"], "/data")
    assert mount.pop("read_only") is True
    assert after == before


def test_shared_memory_of_a_size(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """Only where it is asked for."""
    assert "shm_size" not in made(production, config, plan)
    assert made(production, config, replace(plan, shm_bytes=4096))["shm_size"] == "4096"

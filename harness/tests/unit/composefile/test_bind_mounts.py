"""What services bind of the host and may write to becomes the run's own."""

from dataclasses import replace
from typing import Any

import pytest

from boxproof import composefile as compose
from boxproof.composefile import Plan
from boxproof.composefile.bind_mounts import Start
from boxproof.config.options import Config, Volumes
from boxproof.core.errors import ConfigError


def bind(source: str, target: str, **options: Any) -> dict[str, Any]:
    """A bind mount as compose resolves it."""
    return {"type": "bind", "source": source, "target": target, **options}


def mounts(document: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """What a service mounts, by its place inside."""
    return {each["target"]: each for each in document["services"][name]["volumes"]}


def test_every_service_loses_the_hosts_folders(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """The judged service's and its neighbour's: each gets a volume that carries the labels."""
    production["services"]["api"]["volumes"].append(bind("/checkout/Up loads", "/uploads"))
    document = compose.transform(production, config, plan)
    assert mounts(document, "api")["/uploads"] == {
        "type": "volume",
        "source": "boxproof-bound-up-loads",
        "target": "/uploads",
        "volume": {"nocopy": True},
    }
    assert mounts(document, "queue")["/queue"]["source"] == "boxproof-bound-queue"
    assert document["volumes"]["boxproof-bound-queue"]["labels"] == plan.labels
    assert "/checkout/queue" not in compose.render(document)


def test_read_only_binds_stay(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """What cannot be written to is read as in production."""
    mount = bind("/etc/ssl", "/etc/ssl", read_only=True)
    production["services"]["queue"]["volumes"].append(mount)
    document = compose.transform(production, config, plan)
    assert mounts(document, "queue")["/etc/ssl"] == mount


def test_a_reader_sees_what_the_writer_writes(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """A folder that one service writes and another reads is one volume of the run for both."""
    production["services"]["api"]["volumes"].append(
        bind("/checkout/queue", "/inbox", read_only=True)
    )
    document = compose.transform(production, config, plan)
    read, written = mounts(document, "api")["/inbox"], mounts(document, "queue")["/queue"]
    assert read["source"] == written["source"]
    assert read["read_only"]
    assert "read_only" not in written


def test_folders_of_one_name_stay_apart(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """Their volumes do not meet."""
    production["services"]["api"]["volumes"] += [
        bind("/a/queue", "/a"),
        bind("/b/queue", "/b"),
    ]
    seen = mounts(compose.transform(production, config, plan), "api")
    queue = mounts(compose.transform(production, config, plan), "queue")
    names = {seen["/a"]["source"], seen["/b"]["source"], queue["/queue"]["source"]}
    assert len(names) == 3


def test_anonymous_volumes_of_two_services_stay_apart(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """They stand at the same place in both files' lists, and at the same path."""
    anonymous = {"type": "volume", "target": "/scratch"}
    for name in ("api", "queue"):
        volumes = production["services"][name]["volumes"]
        volumes[:] = [*volumes[:1], anonymous, *volumes[1:]]
    document = compose.transform(production, config, plan)
    first, second = (mounts(document, name)["/scratch"]["source"] for name in ("api", "queue"))
    assert first != second
    assert {first, second} <= document["volumes"].keys()


def test_what_is_missing_is_not_made_on_the_host(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """The engine makes a folder for a bind whose source is not there, a read-only one too."""
    missing = bind("/checkout/conf", "/etc/conf", read_only=True)
    production["services"]["queue"]["volumes"].append(missing)
    paths = compose.only_read(production, config)
    assert paths == {"/checkout/conf", "/srv/gpt2"}
    document = compose.transform(production, config, replace(plan, missing=paths, model_source=""))
    assert mounts(document, "queue")["/etc/conf"] == {
        "type": "tmpfs",
        "target": "/etc/conf",
        "read_only": True,
    }
    assert mounts(document, "api")["/model/"]["source"] == "/srv/gpt2"


def test_labels_of_production_stay(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """A private SELinux label would take the folder away from production's container."""
    mount = bind("/etc/conf", "/etc/conf", read_only=True, bind={"selinux": "Z"})
    production["services"]["queue"]["volumes"].append(mount)
    document = compose.transform(production, config, plan)
    assert mounts(document, "queue")["/etc/conf"]["bind"] == {"selinux": "z"}


def test_a_part_of_a_volume(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """A run's volumes are empty and have no parts that could be mounted."""
    part = {"source": "shared", "type": "volume", "volume": {"subpath": "a/b", "nocopy": True}}
    production["services"]["api"]["volumes"] += [{**part, "target": "/one"}]
    production["services"]["queue"]["volumes"] += [{**part, "target": "/two"}]
    document = compose.transform(production, config, plan)
    one, two = mounts(document, "api")["/one"], mounts(document, "queue")["/two"]
    assert one["source"] == two["source"] != "shared"
    assert one["volume"] == {"nocopy": True}
    assert one["source"] in document["volumes"]


def test_a_writable_model_is_only_read(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """A model is too large to copy, and nothing writes to it."""
    del production["services"]["api"]["volumes"][1]["read_only"]
    document = compose.transform(production, config, replace(plan, model_source=""))
    assert mounts(document, "api")["/model/"]["read_only"]


@pytest.mark.parametrize(
    ("folder", "wanted"),
    [
        (
            "",
            {
                "type": "volume",
                "source": "boxproof-bound-settings-ini",
                "target": "/etc/settings.ini",
                "volume": {"nocopy": True, "subpath": "file"},
            },
        ),
        (
            "/run/$1/bound",
            {
                "type": "bind",
                "source": "/run/$$1/bound/boxproof-bound-settings-ini",
                "target": "/etc/settings.ini",
                "bind": {"create_host_path": False},
            },
        ),
    ],
)
def test_a_bound_file(
    production: dict[str, Any], config: Config, plan: Plan, folder: str, wanted: dict[str, Any]
) -> None:
    """It lies alone in a volume; in the run's folder where the engine mounts whole volumes only."""
    source = "/checkout/settings.ini"
    production["services"]["queue"]["volumes"].append(bind(source, "/etc/settings.ini"))
    plan = replace(plan, files=frozenset({source}), files_folder=folder)
    document = compose.transform(production, config, plan)
    assert mounts(document, "queue")["/etc/settings.ini"] == wanted


def test_exceptions(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """``[volumes]`` says what stays bound, and what a copy begins with."""
    targets = ("keep", "read", "copy", "empty", "tracked")
    production["services"]["queue"]["volumes"] = [bind(f"/srv/{x}", f"/{x}") for x in targets]
    exceptions = Volumes(
        keep=("queue:/keep/",),
        read_only=("queue:/read",),
        copy=("queue:/copy",),
        empty=("queue:/empty",),
    )
    config = replace(config, volumes=exceptions)
    seen = mounts(compose.transform(production, config, plan), "queue")
    assert seen["/keep"] == bind("/srv/keep", "/keep")
    assert seen["/read"] == bind("/srv/read", "/read", read_only=True)
    assert {each.source: each.start for each in compose.copies(production, config)} == {
        "/srv/copy": Start.WHOLE,
        "/srv/empty": Start.EMPTY,
        "/srv/tracked": Start.TRACKED,
    }


def test_what_cannot_be_copied(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """A database's socket on the host is refused; it stays where it is kept or trusted."""
    path = "/srv/postgresql.sock"
    socket = bind(path, "/db.sock")
    production["services"]["queue"]["volumes"].append(socket)
    plan = replace(plan, uncopied=frozenset({path}))
    with pytest.raises(ConfigError, match=rf"queue:/db.sock: {path} .*\[volumes\] keep"):
        compose.transform(production, config, plan)
    trusted = compose.transform(production, config, replace(plan, trusted=True))
    kept = replace(config, volumes=Volumes(keep=("queue:/db.sock",)))
    for document in (trusted, compose.transform(production, kept, plan)):
        assert mounts(document, "queue")["/db.sock"] == socket


@pytest.mark.parametrize(
    ("volumes", "words"),
    [
        (Volumes(keep=("queue:/quue",)), ["[volumes] keep", "'queue:/quue'", "'queue:/queue'"]),
        (Volumes(keep=("api:/data",)), ["'api:/data' is not a bind mount"]),
        (Volumes(keep=("queue:/queue",), empty=("queue:/queue/",)), ["[volumes] empty", "'keep'"]),
    ],
)
def test_refused(
    production: dict[str, Any], config: Config, plan: Plan, volumes: Volumes, words: list[str]
) -> None:
    """An entry that names nothing, or something twice, is told in one line."""
    with pytest.raises(ConfigError) as error:
        compose.transform(production, replace(config, volumes=volumes), plan)
    for word in words:
        assert word in str(error.value)


def test_data_is_never_the_hosts(production: dict[str, Any], config: Config, plan: Plan) -> None:
    """What every boot needs anew cannot be kept."""
    production["services"]["api"]["volumes"][0] = bind("/srv/data", "/data")
    config = replace(config, volumes=Volumes(keep=("api:/data",)))
    with pytest.raises(ConfigError, match="data_mount"):
        compose.transform(production, config, plan)


def test_one_folder_starts_in_one_way(
    production: dict[str, Any], config: Config, plan: Plan
) -> None:
    """Two services that share a folder cannot begin with two."""
    production["services"]["api"]["volumes"].append(bind("/checkout/queue", "/inbox"))
    config = replace(config, volumes=Volumes(copy=("api:/inbox",), empty=("queue:/queue",)))
    with pytest.raises(ConfigError, match="cannot start in two ways"):
        compose.transform(production, config, plan)

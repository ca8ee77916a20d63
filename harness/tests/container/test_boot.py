"""A deployment boots on a loopback port, and a boot that fails says why and leaves nothing."""

import json
import queue
import subprocess
from pathlib import Path

import pytest
import requests
import yaml

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BootFailed, ConfigError, EngineError
from boxproof.journal.entries import Sampled
from boxproof.targets.base import Variant
from boxproof.targets.compose import engine

from .conftest import Begin, count


def test_boot(begin: Begin, project: Path) -> None:
    """It answers where it says, under production's hardening, from the image that was built."""
    run = begin()
    deployment = run.target.boot(Variant())
    assert requests.get(f"{deployment.endpoint.url}/health", timeout=10).status_code == 200
    assert deployment.startup.ready > deployment.startup.ordered
    assert deployment.read_only_root()
    assert deployment.cpu_limit() is None
    said = engine.inspect(deployment.container.name)[0]
    assert said["Image"] == run.target.facts()["image"]
    assert said["HostConfig"]["CapDrop"] == ["ALL"]
    assert said["HostConfig"]["RestartPolicy"]["Name"] == "no"
    assert any(line.startswith("build: ") for line in run.said)
    shown = yaml.safe_load((project / "docker-compose-test.yml").read_text())
    assert shown["services"]["api"]["image"] == said["Image"]


def test_names_of_an_older_compose(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose names containers as its settings say; which one is judged is told by its labels."""
    monkeypatch.setenv("COMPOSE_COMPATIBILITY", "true")
    deployment = begin().target.boot(Variant())
    assert deployment.container.name.endswith("_api_1")
    assert count(deployment) == 0


def test_published_on_loopback_only(begin: Begin) -> None:
    """On a local engine nobody else on the network reaches a service under test."""
    deployment = begin().target.boot(Variant())
    bound = engine.docker("port", deployment.container.name, "8000").split()
    wanted = engine.check().bind_address
    assert [each.rpartition(":")[0] for each in bound] == [wanted]


def test_variant(begin: Begin) -> None:
    """A variant's variables reach the service as they are, and its port is found where it moved."""
    variant = Variant(environment={"PORT": "8123", "NOTE": "5$ ${HOME} 'x'"}, cpus=0.5)
    deployment = begin().target.boot(variant)
    assert count(deployment) == 0
    assert "ready 5$ ${HOME} 'x'" in deployment.logs()
    assert deployment.cpu_limit() == 0.5


def test_more_cpus_than_there_are(begin: Begin) -> None:
    """What the machine does not have is no fault of the service."""
    run = begin()
    with pytest.raises(NotJudged, match="CPUs, not 10000"):
        run.target.boot(Variant(cpus=10000))


def test_refusal(begin: Begin) -> None:
    """A service that ends instead of serving is told within moments, with log and exit code."""
    run = begin(boot_seconds=60)
    began = run.journal.now()
    with pytest.raises(BootFailed, match="ended before it was ready: exit code 1") as error:
        run.target.boot(Variant(environment={"REFUSE": "1"}))
    assert run.journal.now() - began < 15
    assert "cannot start: REFUSE is set" in error.value.log
    assert error.value.exit_code_seen == 1
    assert not error.value.oom_killed
    assert run.left() == []


def test_out_of_memory(begin: Begin) -> None:
    """A service that the kernel ended for lack of memory is told apart from other failures."""
    with pytest.raises(BootFailed, match="lack of memory") as error:
        begin().target.boot(Variant(environment={"EAT": "1"}))
    assert error.value.oom_killed
    assert error.value.exit_code_seen == 137


def test_never_ready(begin: Begin) -> None:
    """A service that only hangs is given up at the limit, with what it said until then."""
    run = begin(boot_seconds=2)
    with pytest.raises(BootFailed, match="not ready within 2 s") as error:
        run.target.boot(Variant(environment={"HANG": "1"}))
    assert error.value.log == "hanging\n"
    assert error.value.exit_code_seen is None
    assert run.left() == []


def test_expected_refusal(begin: Begin) -> None:
    """What is expected to refuse is an exit, not an error; what serves instead is None."""
    run = begin()
    refused = run.target.boot_to_exit(Variant(environment={"REFUSE": "1"}))
    assert refused is not None
    assert (refused.code, refused.log) == (1, "cannot start: REFUSE is set\n")
    assert 0 < refused.seconds < 15
    assert run.target.boot_to_exit(Variant()) is None
    assert run.left() == []


def test_engine_that_cannot_start_it(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the engine itself cannot start is no fault of the service; the engine says why."""
    model = tmp_path / "model"
    model.mkdir()
    model.chmod(0o755)
    monkeypatch.setenv("SOURCE_MOUNT", str(model))
    run = begin()
    run.target.prepare()
    model.rmdir()
    with pytest.raises(EngineError, match=r"docker compose up: .*does not exist"):
        run.target.boot(Variant())
    assert run.left() == []


def test_missing_model(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is not there is told before anything is started."""
    monkeypatch.setenv("SOURCE_MOUNT", str(tmp_path / "gone"))
    with pytest.raises(ConfigError, match=r"gone: the model is not there; SOURCE_MOUNT"):
        begin().target.prepare()


def test_closed_model(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model from a checkout under umask 077 is readable inside; one line says how."""
    model = tmp_path / "closed"
    model.mkdir(mode=0o700)
    (model / "words").write_text("of a closed folder")
    (model / "words").chmod(0o600)
    monkeypatch.setenv("SOURCE_MOUNT", str(model))
    run = begin()
    deployment = run.target.boot(Variant())
    assert "model says of a closed folder" in deployment.logs()
    assert [line for line in run.said if str(model) in line and "copy" in line]
    assert (model / "words").stat().st_mode & 0o777 == 0o600


def test_open_model_is_mounted_itself(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOURCE_MOUNT replaces the model; an open folder is not copied."""
    model = tmp_path / "open"
    model.mkdir()
    model.chmod(0o755)
    (model / "words").write_text("of an open folder")
    (model / "words").chmod(0o644)
    monkeypatch.setenv("SOURCE_MOUNT", str(model))
    deployment = begin().target.boot(Variant())
    mounts = engine.inspect(deployment.container.name)[0]["Mounts"]
    assert str(model) in [each["Source"] for each in mounts]
    assert "model says of an open folder" in deployment.logs()


def test_the_journal_tells_it(begin: Begin) -> None:
    """Boot, samples, exits and log lines are in the journal once a deployment is closed."""
    run = begin()
    samples: queue.SimpleQueue[Sampled] = queue.SimpleQueue()
    run.journal.listen(
        lambda each: samples.put(each.entry) if isinstance(each.entry, Sampled) else None
    )
    deployment = run.target.boot(Variant(label="first"))
    first, later = samples.get(timeout=20), samples.get(timeout=20)
    deployment.stop()
    deployment.close()
    entries = [json.loads(line) for line in run.journal.path.read_text().splitlines()]
    kinds = [each["kind"] for each in entries]
    told = ["boot", "ready", "target", "exit"]
    assert [each for each in kinds if each in told] == told
    lines = [each for each in entries if each["kind"] == "log"]
    assert lines[0]["line"] == "model says lighthouse"
    assert lines[-1]["line"] == "stopping"
    # The engine runs on this machine, and so does its clock.
    assert entries[kinds.index("boot")]["t"] <= lines[0]["at"] <= entries[kinds.index("ready")]["t"]
    assert lines[-1]["at"] <= entries[kinds.index("exit")]["t"]
    assert first.deployment == deployment.project.name
    assert first.memory_bytes is not None
    assert first.memory_bytes > 1_000_000
    assert first.threads is not None
    assert first.threads >= 1
    assert first.cpu_seconds is not None
    assert later.cpu_seconds is not None
    assert later.cpu_seconds >= first.cpu_seconds > 0
    # The tests run on the engine's own machine, as one who may look into its processes.
    assert later.descriptors is not None
    assert later.descriptors > 3


def test_build_that_fails(begin: Begin, project: Path) -> None:
    """A build that fails carries its output, and is tried again next time."""
    dockerfile = project / "Dockerfile"
    before = dockerfile.read_text()
    dockerfile.write_text(before + "\nRUN echo no such luck && exit 3\n")
    try:
        with pytest.raises(BootFailed, match="could not be built") as error:
            begin().target.prepare()
    finally:
        dockerfile.write_text(before)
    assert "no such luck" in error.value.log


def test_older_builds_go(begin: Begin, project: Path) -> None:
    """A new build of a project removes the one before; the cache does not pile up."""
    first = begin()
    first.target.prepare()
    first.close()
    server = project / "server.py"
    before = server.read_text()
    server.write_text(before + "\n# another build\n")
    try:
        second = begin()
        second.target.prepare()
        old, new = first.target.facts()["image"], second.target.facts()["image"]
        assert old != new
        gone = subprocess.run(["docker", "image", "inspect", old], capture_output=True, check=False)
        assert gone.returncode != 0
    finally:
        server.write_text(before)

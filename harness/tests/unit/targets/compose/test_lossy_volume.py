"""A disk that forgets is offered only where a container can see it."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.targets.compose import engine, lossy_volume
from boxproof.targets.compose.engine import Engine
from boxproof.targets.lossy_disk import disk
from boxproof.targets.lossy_disk.unmounting import is_mounted
from boxproof.targets.run_lock import Run

LOCAL = Engine("26.1", "2.26", "unix:///var/run/docker.sock", "linux/amd64")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run of the test's own."""
    with Run(tmp_path) as made:
        yield made


def test_an_engine_elsewhere_does_not_see_it(run: Run) -> None:
    """Nothing is mounted for it."""
    remote = replace(LOCAL, endpoint="tcp://docker:2376")
    with pytest.raises(NotJudged, match="does not see"):
        lossy_volume.make(run.folder / "disk", run, remote, "image")
    assert not (run.folder / "disk").exists()


def test_what_the_machine_lacks_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of the disk."""
    monkeypatch.setattr(disk, "DEVICE", run.folder / "none")
    with pytest.raises(NotJudged, match="FUSE"):
        lossy_volume.make(run.folder / "disk", run, LOCAL, "image")


@pytest.mark.parametrize("seen", [True, False])
def test_a_container_must_see_what_lies_on_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, seen: bool
) -> None:
    """It does not where the engine runs in a virtual machine, though it is reached locally."""
    if why := disk.missing():
        pytest.skip(f"no forgetful disk here: {why}")
    asked: list[str] = []

    def attempt(*arguments: str, **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(arguments[0])
        said = {"create": "made\n", "cp": run.id if seen else ""}
        return subprocess.CompletedProcess(arguments, 0, said.get(arguments[0], ""), "")

    monkeypatch.setattr(engine, "attempt", attempt)
    if seen:
        made = lossy_volume.make(run.folder / "disk", run, LOCAL, "image")
        assert list(made.folder.iterdir()) == []
        made.close()
    else:
        with pytest.raises(NotJudged, match="do not see"):
            lossy_volume.make(run.folder / "disk", run, LOCAL, "image")
    assert asked == ["create", "cp", "rm"]
    assert not is_mounted(run.folder / "disk")

"""What dead runs left in an engine is found by label; containers go first."""

from pathlib import Path

import pytest

from boxproof.targets import reaper
from boxproof.targets.reaper import Owner


class Engine:
    """Answers listings and notes what is removed."""

    def __init__(self, listings: dict[str, str], there: bool = True) -> None:
        self.listings = listings
        self.there = there
        self.removed: list[list[str]] = []

    def __call__(self, arguments: list[str], limit_seconds: float) -> str | None:
        """Stand in for the docker command."""
        assert limit_seconds > 0
        if not self.there:
            return None
        if "--filter" in arguments:
            return self.listings.get(arguments[0], "")
        self.removed.append(list(arguments))
        return ""


def test_only_the_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two owners only the dead one's things go, in the order that an engine allows."""
    engine = Engine(
        {
            "ps": "c1\tdead\t/lock1\thost\t0\t\tproject\nc2\tlive\t/lock2\thost\t0\n",
            "network": "n1\tdead\t/lock1\thost\t0\n",
            "volume": "v1\tdead\t/lock1\thost\t0\nv2\tlive\t/lock2\thost\t0\n",
        }
    )
    monkeypatch.setattr(reaper, "_docker", engine)
    seen: list[Owner] = []

    def is_dead(owner: Owner) -> bool:
        seen.append(owner)
        return owner.run == "dead"

    removed = reaper.remove_resources(is_dead)
    assert removed == [
        "container c1 of run dead",
        "network n1 of run dead",
        "volume v1 of run dead",
    ]
    assert engine.removed == [
        ["rm", "-f", "-v", "c1"],
        ["network", "rm", "n1"],
        ["volume", "rm", "v1"],
    ]
    assert seen[0] == Owner("dead", "/lock1", "host", "0", "", "project")


def test_volumes_that_lost_their_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead run's volume is known by its name too; a name that only begins alike is not it.

    Nor is one with labels: these say whose it is, and whether it was kept.
    """
    names = (
        "boxproof-dead-1_data\t\nboxproof-gone-2_data\t\nboxproof-live-1_data\t\n"
        "boxproof-deadly_x\t\nboxproof-dead-7_data\tdead\n"
    )

    def docker(arguments: list[str], limit_seconds: float) -> str | None:
        if "name=boxproof-" in arguments:
            return names
        return engine(arguments, limit_seconds)

    engine = Engine({"ps": "c1\tgone\t/lock1\thost\t0\n"})
    monkeypatch.setattr(reaper, "_docker", docker)
    reaper.remove_resources(lambda owner: owner.run == "gone", ["dead"])
    assert engine.removed[-1] == ["volume", "rm", "boxproof-dead-1_data", "boxproof-gone-2_data"]


def test_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no engine answers, nothing is removed and nothing fails."""
    monkeypatch.setattr(reaper, "_docker", Engine({}, there=False))
    assert reaper.remove_resources(lambda _: True) == []
    assert reaper.remove_images() == []


def test_no_docker_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where there is no docker command at all."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert reaper.remove_resources(lambda _: True) == []


def test_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image with two names is listed twice and removed once."""
    engine = Engine({"images": "i1\ni1\ni2\n"})
    monkeypatch.setattr(reaper, "_docker", engine)
    assert reaper.remove_images() == ["image i1", "image i2"]


def test_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """A project that compose could not take down goes by compose's own label."""
    engine = Engine({"ps": "c1\nc2\n", "volume": "v1\n"})
    monkeypatch.setattr(reaper, "_docker", engine)
    reaper.remove_project("p")
    assert engine.removed == [["rm", "-f", "-v", "c1", "c2"], ["volume", "rm", "v1"]]


JOB = "0123456789abcdef" * 4
MOUNTS = f"""
610 597 0:52 / /proc rw - proc proc rw
642 597 8:1 /var/lib/docker/containers/{JOB}/hostname /etc/hostname rw - ext4 /dev/sda1 rw
"""


@pytest.mark.parametrize(
    ("mounts", "running", "own"),
    [(MOUNTS, JOB, JOB), (MOUNTS, "another", ""), ("610 597 0:52 / /proc rw", JOB, "")],
)
def test_the_container_that_a_run_lives_in(
    monkeypatch: pytest.MonkeyPatch, mounts: str, running: str, own: str
) -> None:
    """Only one that this engine runs: of any other it could never say that it has ended."""
    monkeypatch.setattr(reaper, "_docker", lambda *_: f"{running}\n")
    assert reaper.own_container(mounts) == own


@pytest.mark.parametrize(
    ("state", "ended"),
    [("running\n", False), ("paused\n", False), ("exited\n", True), ("", True), (None, False)],
)
def test_a_container_that_has_ended(
    monkeypatch: pytest.MonkeyPatch, state: str | None, ended: bool
) -> None:
    """Gone or stopped; an engine that does not answer says nothing."""
    monkeypatch.setattr(reaper, "_docker", lambda *_: state)
    assert reaper.has_ended(JOB) is ended

"""``boxproof doctor`` says what is missing, and what that costs."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from boxproof import doctor
from boxproof.core.errors import ExitCode
from boxproof.doctor import Requirement


def examined(*requirements: Requirement, monkeypatch: pytest.MonkeyPatch) -> tuple[ExitCode, str]:
    """What is said of requirements, and the exit code."""
    monkeypatch.setattr(doctor, "look", lambda _: requirements)
    out = io.StringIO()
    return doctor.examine(Path("boxproof.toml"), Console(file=out, width=100)), out.getvalue()


def test_what_a_full_verdict_needs_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With how to mend it."""
    finding = Requirement("engine", False, "none answers", "start one")
    code, said = examined(finding, monkeypatch=monkeypatch)
    assert code == ExitCode.BROKEN
    assert "MISSING" in said
    assert "start one" in said


def test_what_only_a_should_needs_is_named_and_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict is full without it."""
    finding = Requirement("FUSE", False, "not there", "install it", needed=False)
    code, said = examined(finding, monkeypatch=monkeypatch)
    assert code == ExitCode.CLEAN
    assert "MISSING" not in said
    assert "install it" in said


def test_a_machine_without_fuse_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is looked at, and is not needed."""
    monkeypatch.setattr("boxproof.targets.lossy_disk.disk.DEVICE", tmp_path / "none")
    found = {each.what: each for each in doctor.look(tmp_path / "boxproof.toml")}
    (power,) = (each for what, each in found.items() if "FUSE" in what)
    assert not power.well
    assert not power.needed
    assert power.mend


def test_a_file_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    """Its name stands at the beginning of the line already."""
    file = tmp_path / "boxproof.toml"
    (found,) = (each for each in doctor.look(file) if each.what == str(file))
    assert found.seen == "no such file"

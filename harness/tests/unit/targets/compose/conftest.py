"""A docker command of the test's own."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boxproof.targets.run_lock import Run

FakeDocker = Callable[[str], Path]


@pytest.fixture
def fake_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    """Puts a shell script in docker's place; returns the file that notes its arguments."""
    folder = tmp_path / "bin"
    folder.mkdir()
    calls = tmp_path / "calls"

    def install(script: str) -> Path:
        command = folder / "docker"
        command.write_text(f'#!/bin/sh\necho "$@" >>{calls}\n{script}\n')
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return calls

    return install


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run of the test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    with Run(tmp_path) as made:
        yield made

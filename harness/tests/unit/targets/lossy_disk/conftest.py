"""Mounted disks; their tests are skipped where this machine cannot mount any."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boxproof.targets.lossy_disk.disk import Disk, missing
from boxproof.targets.run_lock import Run


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run of the test's own."""
    with Run(tmp_path) as made:
        yield made


@pytest.fixture
def mount(run: Run) -> Iterator[Callable[[str], Disk]]:
    """Mounts disks, each under a name; all are unmounted."""
    if why := missing():
        pytest.skip(f"no forgetful disk here: {why}")
    made: list[Disk] = []

    def mounted(name: str) -> Disk:
        made.append(Disk(run.folder / name, run))
        return made[-1]

    yield mounted
    for each in made:
        each.close()


@pytest.fixture
def disk(mount: Callable[[str], Disk]) -> Disk:
    """One mounted disk."""
    return mount("disk")

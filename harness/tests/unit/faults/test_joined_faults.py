"""Faults of a package of a team's own."""

import os
import subprocess
import sys
from pathlib import Path

FAULT = """
from collections.abc import Iterator
from contextlib import contextmanager
from boxproof import FaultContext, fault

@fault("acme-nothing", "nothing happens to it")
@contextmanager
def nothing(_: FaultContext) -> Iterator[None]:
    yield
"""
LIST = "from boxproof.faults import fault_registry; print(*fault_registry.every())"


def names(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    """The names of all faults, where a package with this source is installed."""
    (folder / "acme_faults.py").write_text(source)
    metadata = folder / "acme_faults-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-faults\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[boxproof.faults]\nacme = acme_faults\n")
    return subprocess.run(
        [sys.executable, "-c", LIST],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


def test_a_fault_joins_by_entry_point(tmp_path: Path) -> None:
    """Beside those of boxproof."""
    done = names(tmp_path, FAULT)
    assert {"acme-nothing", "kill"} <= {*done.stdout.split()}, done.stderr


def test_a_name_that_is_taken_is_told_with_the_package(tmp_path: Path) -> None:
    """A fault of boxproof's is never replaced."""
    done = names(tmp_path, FAULT.replace("acme-nothing", "kill"))
    assert done.returncode != 0
    said = done.stderr.splitlines()[-1]
    assert "acme-faults: entry point boxproof.faults: acme = acme_faults" in said
    assert "fault 'kill' is taken by boxproof.faults.kill" in said

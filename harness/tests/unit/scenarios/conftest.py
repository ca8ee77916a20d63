"""Runs of a test's own."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from unit.scenarios.bench import Bench


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """In a temporary folder of the test's own, so that no other run is seen."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    made = Bench(tmp_path)
    yield made
    made.close()

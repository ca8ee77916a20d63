"""Runs of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from unit.scenarios.bench import Bench


@pytest.fixture
def bench(own_tmpdir: Path) -> Iterator[Bench]:
    """In a folder of the test's own."""
    made = Bench(own_tmpdir)
    yield made
    made.close()

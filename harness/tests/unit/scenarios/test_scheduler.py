"""Scheduler in the background."""

import threading

import pytest

from boxproof.core.errors import BootFailed
from boxproof.scenarios.scheduler import Scheduler


def test_boots_that_were_begun_run_side_by_side() -> None:
    """Each waits for the other, which one after the other would never end."""
    both = threading.Barrier(2, timeout=10)
    boots = Scheduler({"one": lambda: both.wait() >= 0, "two": lambda: both.wait() >= 0})
    boots.begin("one")
    boots.begin("two")
    assert boots.result("one")
    assert boots.result("two")


def test_a_boot_runs_once_and_its_failure_is_everybodys() -> None:
    """Two clauses that share a boot share its verdict."""
    runs = []

    def fail() -> None:
        runs.append(1)
        raise BootFailed("no")

    boots = Scheduler({"one": fail})
    for _ in range(2):
        with pytest.raises(BootFailed, match="no"):
            boots.result("one")
    assert len(runs) == 1

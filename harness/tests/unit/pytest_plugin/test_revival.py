"""Who is told of when the shared deployment has ended, or answers nothing."""

from types import SimpleNamespace
from typing import cast

import pytest

from boxproof.pytest_plugin.revival import LATEST, SHARED, note_judged, revive
from boxproof.session import Session


def test_a_clause_that_never_had_it_is_not_blamed() -> None:
    """One that the target cannot judge has done nothing to it."""
    stash = pytest.Stash()

    def item(name: str) -> pytest.Function:
        made = SimpleNamespace(fixturenames=[SHARED], nodeid=name, session=SimpleNamespace())
        made.session.stash = stash
        return cast("pytest.Function", made)

    # The first one needs no look at what it gets.
    revive(item("hangs"), cast("Session", None))
    note_judged(item("hangs"), "smoke.hangs", passed=False)
    note_judged(item("lacks"), "hygiene.lacks", passed=False)
    assert (stash[LATEST].clause, stash[LATEST].passed) == ("smoke.hangs", False)

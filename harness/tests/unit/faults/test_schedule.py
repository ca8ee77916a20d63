"""Schedules of faults."""

from itertools import pairwise

import pytest

from boxproof.faults import registry
from boxproof.faults.schedule import draw

FAULTS = tuple(registry.every().values())


def test_the_same_seed_draws_the_same_schedule() -> None:
    """A broken run is repeated by its seed, whatever order the faults are found in."""
    assert draw(FAULTS, 20, 7) == draw(FAULTS[::-1], 20, 7)
    assert draw(FAULTS, 20, 7) != draw(FAULTS, 20, 8)


def test_no_fault_follows_itself() -> None:
    """Two pauses in a row would show no more than one."""
    drawn = draw(FAULTS, 100, 3)
    assert all(one is not other for one, other in pairwise(drawn))


def test_nothing_to_draw_from_is_an_error() -> None:
    """It would never end."""
    with pytest.raises(ValueError, match="no fault"):
        draw((), 1, 1)

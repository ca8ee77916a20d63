"""Schedules of faults."""

from itertools import pairwise

import pytest

from boxproof.faults import fault_registry as registry
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


def test_a_fault_that_must_be_in_it_stands_there_once_and_anywhere() -> None:
    """Its place is drawn like the rest."""
    kill = registry.every()["kill"]
    others = [each for each in FAULTS if each is not kill]
    schedules = [draw(others, 2, seed, once=kill) for seed in range(30)]
    assert all(each.count(kill) == 1 and len(each) == 3 for each in schedules)
    assert {each.index(kill) for each in schedules} == {0, 1, 2}

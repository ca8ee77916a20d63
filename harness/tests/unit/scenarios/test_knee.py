"""The search for the knee."""

import pytest

from boxproof.scenarios.knee import Step, find


def waits(limit: float, users: int) -> Step:
    """A service that does what it can of what it is asked for."""
    return Step(users, float(users), min(float(users), limit))


def collapses(limit: float, users: int) -> Step:
    """A service that does next to nothing once it is asked for more than it can do."""
    return Step(users, float(users), float(users) if users <= limit else limit / 10)


@pytest.mark.parametrize("limit", [3, 7, 50, 61, 130, 700])
@pytest.mark.parametrize("service", [waits, collapses])
def test_the_knee_is_found_within_a_tenth(service, limit: int) -> None:  # type: ignore[no-untyped-def]
    """Whether the rest waits or brings it down; in few steps."""
    knee = find(lambda users: service(limit, users), 1000)
    assert knee.reached
    assert knee.per_second == pytest.approx(limit, rel=0.1, abs=0.9)
    assert len(knee.steps) <= 15


def test_a_service_that_does_all_has_no_knee() -> None:
    """What was asked for most is told."""
    knee = find(lambda users: waits(10_000, users), 100)
    assert not knee.reached
    assert knee.per_second == 100
    assert [each.users for each in knee.steps] == [4, 8, 16, 32, 64, 100]


def test_a_service_that_does_nothing_at_all_ends_the_search() -> None:
    """Not for ever between nothing and nothing."""
    knee = find(lambda users: Step(users, float(users), 0.0), 1000)
    assert knee.reached
    assert knee.per_second == 0
    assert len(knee.steps) <= 8

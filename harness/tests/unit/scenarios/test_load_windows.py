"""What a phase of a load says beside its limits."""

from collections import Counter

import pytest

from boxproof.config.load_options import LoadLimit
from boxproof.probes.load_seconds import Second, Seen
from boxproof.scenarios.load_windows import ALL, MEASURES, Window, limited, told

SAY = "POST /say"


def window(*seconds: Seen, operation: str = SAY) -> Window:
    """A phase of so many seconds of one operation."""
    every = tuple(Second(at, 10, 5.0, {operation: seen}) for at, seen in enumerate(seconds))
    return Window("steady", 1, 10, None, every)


def served(number: int, milliseconds: int = 20) -> Seen:
    """A second in which so many were done."""
    return Seen(number, times=Counter({milliseconds * 10: number}))


def test_the_numbers_of_a_window_are_those_of_its_seconds() -> None:
    """By operation, and of all together."""
    seen = served(50)
    seen.add(Seen(10, refused=4, failures=Counter({"500": 6})))
    whole = window(served(50), seen)
    numbers = told(whole)
    assert numbers[SAY] == numbers[ALL]
    assert numbers[SAY]["requests"] == 110
    assert numbers[SAY]["done"] == 100
    assert numbers[SAY]["refused"] == 4
    assert numbers[SAY]["failures"] == {"500": 6}
    assert numbers[SAY]["mean_seconds"] == 0.02
    assert numbers[SAY]["requests_per_second"][0] == 50
    assert numbers[SAY]["error_rate"][0] == pytest.approx(10 / 110, abs=1e-5)
    assert "first_token_seconds" not in numbers[SAY]


def test_what_is_seen_survives_the_way_between_processes() -> None:
    """As JSON, whose keys are texts."""
    seen = Seen(9, 1, Counter({"500": 2}), Counter({200: 6}), Counter({31: 2}), Counter({400: 2}))
    assert Seen.from_json(seen.as_json()) == seen


@pytest.mark.parametrize(
    ("key", "limit", "lost"),
    [
        # 10 of 20 seconds, all of 40 ms: more than 5 % of all that may come.
        ("p95_seconds", 0.03, True),
        ("p95_seconds", 0.05, False),
        # Half of all may still be faster.
        ("p50_seconds", 0.03, False),
        # What no single request decides is never lost before its time.
        ("requests_per_second", 1000.0, False),
    ],
)
def test_a_window_is_lost_where_nothing_can_mend_it(key: str, limit: float, lost: bool) -> None:
    """As many again and half as many more may come, and all of them good."""
    half = window(*[served(50, 40)] * 10)
    assert MEASURES[key].is_lost(half, SAY, limit, planned_seconds=20) is lost


def test_what_is_surely_beyond_a_limit_has_its_whole_interval_there() -> None:
    """A least is broken from below."""
    found = MEASURES["requests_per_second"].of(window(*[served(50)] * 5, served(40)), SAY)
    assert found is not None
    measure = MEASURES["requests_per_second"]
    assert measure.is_surely_over(found, 60)
    assert measure.is_over(found.value, 49)
    assert not measure.is_surely_over(found, 49)


def test_a_limit_is_about_the_operation_that_it_names() -> None:
    """Without a name about each; a rate about all together."""
    whole = window(served(1))
    assert list(limited(LoadLimit(), "p95_seconds", whole)) == [SAY]
    assert list(limited(LoadLimit(), "requests_per_second", whole)) == [ALL]
    assert list(limited(LoadLimit(operation="GET /"), "p95_seconds", whole)) == []

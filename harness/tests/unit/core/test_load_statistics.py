"""Numbers of a load, and the intervals around them."""

import random
from collections import Counter

import pytest

from boxproof.core.load_statistics import quantile, rate, share


def test_a_quantile_is_the_value_of_its_rank() -> None:
    """As counted, not as interpolated."""
    counts = Counter(range(1, 101))
    assert [quantile(counts, each).value for each in (0.5, 0.95, 0.99)] == [50, 95, 99]  # type: ignore[union-attr]
    assert quantile(Counter(), 0.5) is None


def test_the_interval_of_a_quantile_holds_it_as_often_as_it_says() -> None:
    """95 of 100 samples, of what is not spread evenly; some more, for ranks are whole."""
    draw = random.Random(7)
    true = 2996  # the p95 of an exponential distribution with the mean 1000
    held = 0
    for _ in range(400):
        found = quantile(Counter(round(draw.expovariate(1 / 1000)) for _ in range(300)), 0.95)
        assert found is not None
        held += found.low <= true <= found.high
    assert 0.93 * 400 <= held <= 0.99 * 400


@pytest.mark.parametrize(
    ("part", "total", "low", "high"), [(0, 100, 0.0, 0.037), (5, 100, 0.0215, 0.1118)]
)
def test_a_share_has_wilsons_interval(part: int, total: int, low: float, high: float) -> None:
    """Also where none was seen; values of the paper's formula, worked out by hand."""
    found = share(part, total)
    assert found is not None
    assert found.value == part / total
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.0005)
    assert share(0, 0) is None


def test_a_rate_is_the_mean_of_its_seconds() -> None:
    """Its interval is narrow where they are alike."""
    steady, noisy = rate([50.0] * 10), rate([0.0, 100.0] * 5)
    assert steady is not None
    assert noisy is not None
    assert (steady.value, steady.low, steady.high) == (50, 50, 50)
    assert noisy.value == 50
    assert noisy.low < 25
    assert noisy.high > 75
    assert rate([]) is None

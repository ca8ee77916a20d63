"""Whether what a service uses grows with its work: the statistics of a leak gate.

Cycles of equal work give points: how many requests were done, and what was in use when they had
ended. Their slope is the median of the slopes of all pairs (Theil 1950; Sen, "Estimates of the
Regression Coefficient Based on Kendall's Tau", Journal of the American Statistical Association 63,
1968), which a few outliers do not move, with Sen's interval from the distribution of Kendall's tau.
A service leaks where the whole interval lies above a budget, and the growth is more than what an
allocator takes at a time. Nothing here knows what is measured.
"""

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

#: Fewer points have no interval that says anything.
CYCLES_LEAST = 8
#: So many points in a row that lie within the quantum of each other are a plateau.
PLATEAU = 3
#: The quantile of the standard normal distribution that leaves half a percent above it, for an
#: interval with a confidence of 99 %.
NORMAL_QUANTILE = 2.576


@dataclass(frozen=True, slots=True)
class Point:
    """What was in use after so many requests."""

    requests: int
    used: float


@dataclass(frozen=True, slots=True)
class Gate:
    """What growth of one thing is let through.

    Attributes:
        budget: what each request may leave behind, on average.
        quantum: growth that says nothing, however steady: what is taken at a time.
    """

    budget: float
    quantum: float


@dataclass(frozen=True, slots=True)
class Growth:
    """How points grow.

    Attributes:
        slope: a request, with the ends of its interval.
        total: from the first point to the last, by the slope.
        suspected: whether that is more than the gate lets through.
        detectable: the smallest slope that would have been suspected under as much noise.
    """

    slope: float
    low: float
    high: float
    total: float
    suspected: bool
    detectable: float


def growth(points: Sequence[Point], gate: Gate) -> Growth:
    """How points grow, and whether that is more than a gate lets through.

    Raises:
        ValueError: there are fewer than :data:`CYCLES_LEAST`.
    """
    if len(points) < CYCLES_LEAST:
        raise ValueError(f"{len(points)} points are fewer than {CYCLES_LEAST}")
    slopes = sorted(
        (later.used - earlier.used) / (later.requests - earlier.requests)
        for earlier, later in itertools.combinations(points, 2)
    )
    slope = statistics.median(slopes)
    within = _pairs_outside(len(points), len(slopes))
    low, high = slopes[within], slopes[-1 - within]
    requests = points[-1].requests - points[0].requests
    total = slope * requests
    return Growth(
        slope=slope,
        low=low,
        high=high,
        total=total,
        suspected=low > gate.budget and total > gate.quantum,
        detectable=max(gate.budget + slope - low, gate.quantum / requests),
    )


def _pairs_outside(points: int, pairs: int) -> int:
    """How many of the sorted slopes lie outside of the interval on each side (Sen, 1968)."""
    spread = math.sqrt(points * (points - 1) * (2 * points + 5) / 18)
    return max(0, math.floor((pairs - NORMAL_QUANTILE * spread) / 2) - 1)


def leaks(first: Growth, second: Growth | None) -> bool:
    """Whether growth that a first block of cycles showed was confirmed by a second one."""
    return first.suspected and second is not None and second.suspected


def has_settled(points: Sequence[Point], gate: Gate) -> bool:
    """Whether the latest points lie on a plateau, so that warming up is over."""
    latest = [each.used for each in points[-PLATEAU:]]
    return len(latest) == PLATEAU and max(latest) - min(latest) <= gate.quantum

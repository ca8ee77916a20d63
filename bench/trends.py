"""A straight line through samples, and how certain its slope is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean, linear_regression

#: So many samples become so many means: what follows each other in a moment is alike, and to count
#: it as independent would make the interval too narrow (batch means; Law, Simulation Modeling and
#: Analysis, chapter 9).
BATCHES = 10
#: The 0.975 quantile of Student's t for BATCHES - 2 degrees of freedom: an interval of 95 %.
STUDENT = 2.306
LEAST_SAMPLES = 2 * BATCHES


@dataclass(frozen=True)
class Trend:
    """The mean of the samples, their slope, and the half width of its confidence interval."""

    mean: float
    slope: float
    margin: float

    @property
    def low(self) -> float:
        return self.slope - self.margin

    @property
    def high(self) -> float:
        return self.slope + self.margin


def trend(places: Sequence[float], values: Sequence[float]) -> Trend:
    """Fit by ordinary least squares; at least LEAST_SAMPLES samples, not all at one place.

    They are taken together in BATCHES runs of neighbours. The interval is that of independent means
    of those: slope +- t * s / sqrt(sum of squares of x).
    """
    count = len(places)
    if count < LEAST_SAMPLES:
        raise ValueError(f"{count} samples are too few for a slope")
    ends = [count * number // BATCHES for number in range(BATCHES + 1)]
    middles = [fmean(places[start:end]) for start, end in pairwise(ends)]
    means = [fmean(values[start:end]) for start, end in pairwise(ends)]
    slope, intercept = linear_regression(middles, means)
    middle = fmean(middles)
    squares = sum((place - middle) ** 2 for place in middles)
    errors = sum(
        (mean - intercept - slope * place) ** 2 for place, mean in zip(middles, means, strict=True)
    )
    spread = sqrt(errors / (BATCHES - 2) / squares)
    return Trend(fmean(values), slope, STUDENT * spread)

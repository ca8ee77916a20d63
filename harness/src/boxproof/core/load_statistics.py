"""Numbers of a load with their intervals, at a confidence of 95 %.

A quantile has the interval of order statistics (Conover, "Practical Nonparametric Statistics",
3.2), a share that of Wilson ("Probable Inference, the Law of Succession, and Statistical
Inference", Journal of the American Statistical Association 22, 1927), a rate that of the mean of
its seconds.
Nothing here knows what is counted.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: The quantile of the standard normal distribution for a confidence of 95 %.
NORMAL_QUANTILE = 1.96


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, the ends of its interval, and how many things it rests on."""

    value: float
    low: float
    high: float
    count: int

    def scaled(self, factor: float) -> "Estimate":
        """The same in another unit."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor, self.count)


def quantile(counts: Mapping[int, int], share: float) -> Estimate | None:
    """The quantile of counted values, such as 0.95 for a p95; None where nothing was counted."""
    total = sum(counts.values())
    if not total:
        return None
    spread = NORMAL_QUANTILE * math.sqrt(total * share * (1 - share))
    ranks = (
        min(total, max(1, math.ceil(each)))
        for each in (total * share, total * share - spread, total * share + spread + 1)
    )
    value, low, high = (_ranked(counts, rank) for rank in ranks)
    return Estimate(value, low, high, total)


def _ranked(counts: Mapping[int, int], rank: int) -> float:
    """The value of a rank, which counts from 1."""
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= rank:
            return float(value)
    raise ValueError(f"{rank} is beyond {seen} values")


def share(part: int, total: int) -> Estimate | None:
    """The share of things that are such; None where there are none at all."""
    if not total:
        return None
    z, found = NORMAL_QUANTILE, part / total
    scale = 1 + z**2 / total
    middle = (found + z**2 / (2 * total)) / scale
    half = z / scale * math.sqrt(found * (1 - found) / total + z**2 / (4 * total**2))
    return Estimate(found, max(0.0, middle - half), min(1.0, middle + half), total)


def rate(each_second: Sequence[float]) -> Estimate | None:
    """How many a second, of the counts of seconds in a row; None where there are none."""
    if not each_second:
        return None
    mean = statistics.fmean(each_second)
    half = 0.0
    if len(each_second) > 1:
        half = NORMAL_QUANTILE * statistics.stdev(each_second) / math.sqrt(len(each_second))
    return Estimate(mean, max(0.0, mean - half), mean + half, len(each_second))

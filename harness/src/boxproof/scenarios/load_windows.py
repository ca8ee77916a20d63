"""Phases of a load as they were measured, and their numbers beside the limits of ``[load]``."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from boxproof.config.load_options import LoadLimit
from boxproof.core import load_statistics
from boxproof.core.load_statistics import Estimate, quantile
from boxproof.probes.load_seconds import (
    TENTHS,
    TENTHS_OF_A_MILLISECOND,
    Second,
    Seen,
    added,
)

#: All operations together.
ALL = "all"
#: How much more may come in the rest of a window than came so far.
MORE = 1.5
#: What the shares of percentiles are.
SHARES = {"p50_seconds": 0.5, "p95_seconds": 0.95, "p99_seconds": 0.99}
FIRST_TOKEN_SHARE = 0.95


@dataclass(frozen=True)
class Window:
    """One phase of a load, measured for some seconds.

    Attributes:
        round: which time.
        offered: requests a second if each was answered at once; None where that is not known.
    """

    phase: str
    round: int
    users: int
    offered: float | None
    seconds: tuple[Second, ...]

    @cached_property
    def operations(self) -> Mapping[str, Seen]:
        """What was seen of each operation, and of all together."""
        found, whole = added(self.seconds), Seen()
        for seen in found.values():
            whole.add(seen)
        return {**found, ALL: whole}

    @property
    def cpu_percent(self) -> float:
        """What the busiest process took of its core that made the load, half of the time."""
        ranked = sorted(each.cpu_percent for each in self.seconds)
        return ranked[len(ranked) // 2] if ranked else 0.0

    def done_each_second(self, operation: str) -> list[float]:
        """How many of an operation were done in each second."""
        return [float(_of(each, operation).done) for each in self.seconds]

    def done_per_second(self) -> float:
        """How many requests a second were done."""
        return self.operations[ALL].done / max(1, len(self.seconds))


def _of(second: Second, operation: str) -> Seen:
    if operation != ALL:
        return second.operations.get(operation, Seen())
    whole = Seen()
    for seen in second.operations.values():
        whole.add(seen)
    return whole


@dataclass(frozen=True)
class Measure:
    """What one key of a limit limits.

    Attributes:
        of: its estimate, of an operation in a window; None where there is nothing to go by.
        is_least: whether the limit is the least that is allowed, and not the most.
        beyond: how many of what was counted lay beyond a limit, of how many, and the share that
            may; None where only the whole window tells.
    """

    of: Callable[[Window, str], Estimate | None]
    is_least: bool = False
    beyond: Callable[[Seen, float], tuple[int, int, float]] | None = None

    def is_over(self, number: float, limit: float) -> bool:
        """Whether a number does not keep to a limit."""
        return number < limit if self.is_least else number > limit

    def is_surely_over(self, found: Estimate, limit: float) -> bool:
        """Whether its whole interval does not."""
        return self.is_over(found.high if self.is_least else found.low, limit)

    def is_lost(self, window: Window, operation: str, limit: float, planned_seconds: float) -> bool:
        """Whether the rest of a window cannot mend it, were all that is to come good."""
        if self.beyond is None or not window.seconds:
            return False
        bad, total, allowed = self.beyond(window.operations.get(operation, Seen()), limit)
        to_come = total * MORE * planned_seconds / len(window.seconds)
        return bad > allowed * to_come


def _time(share: float) -> Measure:
    def of(window: Window, operation: str) -> Estimate | None:
        return _scaled(quantile(_seen(window, operation).times, share), TENTHS_OF_A_MILLISECOND)

    def beyond(seen: Seen, limit: float) -> tuple[int, int, float]:
        return _above(seen.times, limit * TENTHS_OF_A_MILLISECOND), seen.times.total(), 1 - share

    return Measure(of, beyond=beyond)


def _error_rate() -> Measure:
    def of(window: Window, operation: str) -> Estimate | None:
        seen = _seen(window, operation)
        return load_statistics.share(seen.refused + seen.failed, seen.requests)

    def beyond(seen: Seen, limit: float) -> tuple[int, int, float]:
        return seen.refused + seen.failed, seen.requests, limit

    return Measure(of, beyond=beyond)


def _done(window: Window, operation: str) -> Estimate | None:
    return load_statistics.rate(window.done_each_second(operation))


def _first_token(window: Window, operation: str) -> Estimate | None:
    found = quantile(_seen(window, operation).first_tokens, FIRST_TOKEN_SHARE)
    return _scaled(found, TENTHS_OF_A_MILLISECOND)


def _tokens(window: Window, operation: str) -> Estimate | None:
    return _scaled(quantile(_seen(window, operation).token_rates, 0.5), TENTHS)


def _seen(window: Window, operation: str) -> Seen:
    return window.operations.get(operation, Seen())


def _scaled(found: Estimate | None, unit: int) -> Estimate | None:
    return None if found is None else found.scaled(1 / unit)


def _above(counts: Counter[int], limit: float) -> int:
    return sum(count for value, count in counts.items() if value > limit)


#: By the key of a limit.
MEASURES: Mapping[str, Measure] = {
    **{key: _time(share) for key, share in SHARES.items()},
    "error_rate": _error_rate(),
    "requests_per_second": Measure(_done, is_least=True),
    "first_token_seconds": Measure(_first_token),
    "tokens_per_second": Measure(_tokens, is_least=True),
}


def limited(limit: LoadLimit, key: str, window: Window) -> Iterator[str]:
    """The operations of a window that a key of a limit is about.

    A rate of nothing in particular is that of all together.
    """
    if limit.operation:
        yield from [limit.operation] if limit.operation in window.operations else []
    elif key == "requests_per_second":
        yield ALL
    else:
        yield from (each for each in window.operations if each != ALL)


def told(window: Window) -> dict[str, Any]:
    """A window's numbers by operation, for the journal."""
    return {
        operation: {
            **counts(seen),
            "failures": dict(seen.failures),
            "mean_seconds": _mean(seen),
            **{
                key: [round(each, 6) for each in (found.value, found.low, found.high)]
                for key, measure in MEASURES.items()
                if (found := measure.of(window, operation)) is not None
            },
        }
        for operation, seen in window.operations.items()
    }


def counts(seen: Seen) -> dict[str, Any]:
    """How many requests there were, and what became of them."""
    return {
        "requests": seen.requests,
        "done": seen.done,
        "refused": seen.refused,
        "failed": seen.failed,
    }


def told_of_second(second: Second) -> dict[str, Any]:
    """A second's numbers by operation, for the journal."""
    return {
        operation: {
            **counts(seen),
            **{
                key: found.value / TENTHS_OF_A_MILLISECOND
                for key in ("p50_seconds", "p99_seconds")
                if (found := quantile(seen.times, SHARES[key])) is not None
            },
        }
        for operation, seen in second.operations.items()
    }


def _mean(seen: Seen) -> float | None:
    if not seen.times:
        return None
    whole = sum(value * count for value, count in seen.times.items())
    return round(whole / seen.times.total() / TENTHS_OF_A_MILLISECOND, 6)

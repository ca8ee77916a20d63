"""The knee of a service: the load up to which it does what it is asked for, and not beyond."""

import math
from collections.abc import Callable
from dataclasses import dataclass

#: How many users ask first.
FIRST_USERS = 4
#: A load is done where so much of it is.
DONE_SHARE = 0.95
#: So near each other are a load that is done and one that is not, at the end.
NEAR = 1.1
#: So many loads are tried between them.
BETWEEN = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One load that was tried; rates are requests a second."""

    users: int
    offered: float
    done: float

    @property
    def is_sustained(self) -> bool:
        """Whether it was done."""
        return self.done >= DONE_SHARE * self.offered


@dataclass(frozen=True, slots=True)
class Knee:
    """What was found.

    Attributes:
        per_second: how many requests a second the service does at most; of a service that every
            load was done by, how many were asked for at most.
        reached: whether a load was too much.
    """

    per_second: float
    reached: bool
    steps: tuple[Step, ...]


def find(measure: Callable[[int], Step], most_users: int) -> Knee:
    """Double the users until the load is not done, then narrow it down.

    Args:
        measure: has so many users ask, each at the same even pace.
        most_users: no more are tried.
    """
    steps = [measure(min(FIRST_USERS, most_users))]
    while steps[-1].is_sustained:
        if steps[-1].users >= most_users:
            return Knee(max(each.done for each in steps), False, tuple(steps))
        steps.append(measure(min(2 * steps[-1].users, most_users)))
    for _ in range(BETWEEN):
        least, least_not = _bounds(steps)
        middle = round(math.sqrt(least * least_not))
        if least_not <= NEAR * least or middle <= least or middle >= least_not:
            break
        steps.append(measure(middle))
    return Knee(max(each.done for each in steps), True, tuple(steps))


def _bounds(steps: list[Step]) -> tuple[float, int]:
    """How many users' load is done, as far as is known, and the fewest whose load is not.

    A service that refuses or delays what is too much shows what it can do in a load that is not
    done as well.
    """
    least_not = min(each.users for each in steps if not each.is_sustained)
    shown = [
        each.users if each.is_sustained else each.users * each.done / each.offered for each in steps
    ]
    return max(1.0, max((each for each in shown if each < least_not), default=1.0)), least_not

"""A drawn sequence of faults: the same from the same seed."""

import random
from collections.abc import Iterable

from boxproof.faults.fault_registry import Fault


def draw(
    faults: Iterable[Fault], length: int, seed: int, once: Fault | None = None
) -> tuple[Fault, ...]:
    """Draw ``length`` faults, no two alike in a row where there is more than one to draw from.

    ``once`` stands among them as well, one time, at a drawn place.

    Raises:
        ValueError: there is no fault to draw from.
    """
    available = sorted(faults, key=lambda each: each.name)
    if not available:
        raise ValueError("no fault to draw from")
    random_ = random.Random(f"schedule {seed}")
    drawn: list[Fault] = []
    while len(drawn) < length:
        fault = random_.choice(available)
        if len(available) == 1 or not drawn or fault is not drawn[-1]:
            drawn.append(fault)
    if once is not None:
        drawn.insert(random_.randint(0, length), once)
    return tuple(drawn)

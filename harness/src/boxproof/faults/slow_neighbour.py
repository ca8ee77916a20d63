"""A service beside the judged one is slow: it stands still, but for moments in which it goes on.

Whatever is sent to it is answered, and most of it half a second late.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core import cancellation
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import HarmsNeighbours, Neighbour

STILL_SECONDS = 0.5
MOVING_SECONDS = 0.05


@fault(
    "slow-neighbour",
    "a service beside it answers slowly: it is paused most of the time",
    needs=(HarmsNeighbours,),
)
@contextmanager
def slow_neighbour(context: FaultContext) -> Iterator[None]:
    neighbour = context.deployment.ability(HarmsNeighbours).neighbour(context.neighbour)
    over = threading.Event()
    failures: list[Exception] = []
    slowing = cancellation.daemon(lambda: _go_on_by_turns(neighbour, over, failures), "slowing")
    try:
        context.note(f"{context.neighbour!r} slowed down")
        neighbour.pause()
        slowing.start()
        yield
    finally:
        over.set()
        if slowing.is_alive():
            slowing.join()
        neighbour.resume()
        context.note(f"{context.neighbour!r} as fast as before")
    if failures:
        raise failures[0]


def _go_on_by_turns(neighbour: Neighbour, over: threading.Event, failures: list[Exception]) -> None:
    """Resume what is paused for moments, until that is over or fails."""
    try:
        while not over.wait(STILL_SECONDS):
            neighbour.resume()
            over.wait(MOVING_SECONDS)
            neighbour.pause()
    except Exception as error:
        failures.append(error)

"""A service beside the judged one stands still: it takes connections and never answers."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import HarmsNeighbours


@fault(
    "pause-neighbour",
    "a service beside it is paused, and resumed later",
    needs=(HarmsNeighbours,),
)
@contextmanager
def pause_neighbour(context: FaultContext) -> Iterator[None]:
    neighbour = context.deployment.ability(HarmsNeighbours).neighbour(context.neighbour)
    try:
        context.note(f"{context.neighbour!r} paused")
        neighbour.pause()
        yield
    finally:
        neighbour.resume()
        context.note(f"{context.neighbour!r} resumed")

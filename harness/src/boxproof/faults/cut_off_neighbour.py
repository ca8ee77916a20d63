"""A service beside the judged one is taken off its networks: what is sent to it is never answered.

Connections that are open hang, and new ones find no such name.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import HarmsNeighbours


@fault(
    "cut-off-neighbour",
    "a service beside it is taken off its networks, and put back later",
    needs=(HarmsNeighbours,),
)
@contextmanager
def cut_off_neighbour(context: FaultContext) -> Iterator[None]:
    neighbour = context.deployment.ability(HarmsNeighbours).neighbour(context.neighbour)
    try:
        context.note(f"{context.neighbour!r} cut off")
        neighbour.cut_off()
        yield
    finally:
        neighbour.reconnect()
        context.note(f"{context.neighbour!r} connected again")

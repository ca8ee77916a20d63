"""A service beside the judged one is told to end, and started again: an update, say.

Connections that a service keeps open to it are closed in good order, and are of no use later.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import HarmsNeighbours


@fault(
    "restart-neighbour",
    "a service beside it is stopped with its stop signal and started again",
    needs=(HarmsNeighbours,),
)
@contextmanager
def restart_neighbour(context: FaultContext) -> Iterator[None]:
    neighbour = context.deployment.ability(HarmsNeighbours).neighbour(context.neighbour)
    try:
        context.note(f"stop signal to {context.neighbour!r}")
        neighbour.stop()
        yield
    finally:
        neighbour.start()
        context.note(f"{context.neighbour!r} started again")

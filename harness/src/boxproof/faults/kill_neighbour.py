"""A service beside the judged one is ended at once, and comes back on its own data."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import HarmsNeighbours


@fault(
    "kill-neighbour",
    "a service beside it is ended with SIGKILL and started again",
    needs=(HarmsNeighbours,),
)
@contextmanager
def kill_neighbour(context: FaultContext) -> Iterator[None]:
    neighbour = context.deployment.ability(HarmsNeighbours).neighbour(context.neighbour)
    try:
        context.note(f"SIGKILL to {context.neighbour!r}")
        neighbour.kill()
        yield
    finally:
        neighbour.start()
        context.note(f"{context.neighbour!r} started again")

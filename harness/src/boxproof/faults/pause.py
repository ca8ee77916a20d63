"""Every process stands still for a while: a host that is short of CPU, or a frozen guest."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import Pauses


@fault("pause", "all of its processes are paused, and resumed later", needs=(Pauses,))
@contextmanager
def pause(context: FaultContext) -> Iterator[None]:
    pauses = context.deployment.ability(Pauses)
    try:
        context.note("paused")
        pauses.pause()
        yield
    finally:
        pauses.resume()
        context.note("resumed")

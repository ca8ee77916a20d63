"""There is no room left on the data volume, and later there is.

It needs a deployment whose data volume has a size of its own, so it is never done to the deployment
that clauses share: other volumes would fill the disk of the machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import FillsVolume


@fault(
    "disk-full",
    "its data volume is full, and has room again later",
    level=Level.SHOULD,
    needs=(FillsVolume,),
)
@contextmanager
def disk_full(context: FaultContext) -> Iterator[None]:
    volume = context.deployment.ability(FillsVolume)
    try:
        volume.fill_data()
        context.note("data volume full")
        yield
    finally:
        volume.free_data()
        context.note("data volume freed")

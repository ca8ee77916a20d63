"""The power fails while there is no room left on the data volume.

What was not fsynced is gone, and what a server does for want of room may be just that. It needs a
deployment whose data lies on a file system that forgets, as ``power-loss`` does; there is room
again before the server starts.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.disk_full import disk_full
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.faults.in_company import ended_under
from boxproof.targets.abilities import FillsVolume, LosesPower, Restarts, WaitsForExit


@fault(
    "power-loss-on-full-disk",
    "its power fails while its data volume is full, and comes back when that has room",
    level=Level.SHOULD,
    needs=(FillsVolume, LosesPower, Restarts, WaitsForExit),
    refuses=True,
)
@contextmanager
def power_loss_on_full_disk(context: FaultContext) -> Iterator[None]:
    def lose_power() -> None:
        context.note("power lost: what was not fsynced is gone")
        context.deployment.ability(LosesPower).lose_power()

    with ended_under(disk_full, lose_power, context):
        yield

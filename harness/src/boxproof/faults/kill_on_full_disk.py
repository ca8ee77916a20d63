"""Every process of the server is ended while there is no room left on the data volume.

A write that found no room may have left the first half of a record behind, and nobody is left to
take it away. There is room again before the server starts.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.disk_full import disk_full
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.faults.in_company import ended_under
from boxproof.targets.abilities import FillsVolume, Kills, Restarts, WaitsForExit


@fault(
    "kill-on-full-disk",
    "it is ended with SIGKILL while its data volume is full, and started again when that has room",
    level=Level.SHOULD,
    needs=(FillsVolume, Kills, Restarts, WaitsForExit),
    refuses=True,
)
@contextmanager
def kill_on_full_disk(context: FaultContext) -> Iterator[None]:
    def kill() -> None:
        context.note("SIGKILL")
        context.deployment.ability(Kills).kill()

    with ended_under(disk_full, kill, context):
        yield

"""The server is told to end while there is no room left on the data volume.

What a server writes as it ends finds no room either. There is room again before it starts.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.disk_full import disk_full
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.faults.in_company import ended_under
from boxproof.targets.abilities import FillsVolume, Restarts, WaitsForExit


@fault(
    "restart-on-full-disk",
    "it is stopped with SIGTERM while its data volume is full, and started again when that has "
    "room",
    level=Level.SHOULD,
    needs=(FillsVolume, Restarts, WaitsForExit),
    refuses=True,
)
@contextmanager
def restart_on_full_disk(context: FaultContext) -> Iterator[None]:
    def stop() -> None:
        context.note("SIGTERM")
        ended = context.deployment.ability(Restarts).stop()
        context.note(f"ended with exit code {ended.code}")

    with ended_under(disk_full, stop, context):
        yield

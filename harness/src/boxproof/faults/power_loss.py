"""The power fails: what was not fsynced is gone.

``kill`` ends the same processes and cannot show this, since SIGKILL leaves the kernel's page cache
whole. It needs a deployment whose data lies on a file system that forgets (see
:mod:`boxproof.targets.lossy_disk`), so it is never done to the deployment that clauses share.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import LosesPower, Restarts


@fault(
    "power-loss",
    "its power fails, which loses what it did not fsync, and comes back",
    level=Level.SHOULD,
    needs=(LosesPower, Restarts),
)
@contextmanager
def power_loss(context: FaultContext) -> Iterator[None]:
    power = context.deployment.ability(LosesPower)
    restarts = context.deployment.ability(Restarts)
    if not power.written_bytes():
        context.idle("nothing was written to the data volume by then")
    try:
        context.note("power lost: what was not fsynced is gone")
        power.lose_power()
        yield
    finally:
        restarts.start()
        context.note("started again, ready")

"""Every process of the server is ended at once.

SIGKILL takes the processes and leaves the kernel's page cache whole: what was written and not yet
fsynced is still there. It cannot show a missing fsync; ``power-loss`` can.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import Kills, Restarts


@fault("kill", "it is ended with SIGKILL and started again", needs=(Kills, Restarts))
@contextmanager
def kill(context: FaultContext) -> Iterator[None]:
    kills = context.deployment.ability(Kills)
    restarts = context.deployment.ability(Restarts)
    try:
        context.note("SIGKILL")
        kills.kill()
        yield
    finally:
        restarts.start()
        context.note("started again, ready")

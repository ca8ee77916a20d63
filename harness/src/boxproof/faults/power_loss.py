"""The power fails: what was not fsynced is gone.

``kill`` ends the same processes and cannot show this, since SIGKILL leaves the kernel's page cache
whole. It needs a deployment whose data lies on a file system that forgets (see
:mod:`boxproof.targets.lossy_disk`), so it is never done to the deployment that clauses share.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.base import PowerLoss, Restarts


@fault(
    "power-loss",
    "its power fails, which takes what it did not fsync, and comes back",
    level=Level.SHOULD,
    needs=(PowerLoss, Restarts),
)
@contextmanager
def power_loss(scene: Scene) -> Iterator[None]:
    assert isinstance(scene.deployment, PowerLoss)
    assert isinstance(scene.deployment, Restarts)
    scene.note("power lost: what was not fsynced is gone")
    scene.deployment.lose_power()
    try:
        yield
    finally:
        scene.deployment.start()
        scene.note("started again, ready")

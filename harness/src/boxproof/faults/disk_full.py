"""There is no room left on the data volume, and later there is.

It needs a deployment whose data volume has a size of its own, so it is never done to the deployment
that clauses share: other volumes would fill the disk of the machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.base import Fills


@fault(
    "disk-full",
    "its data volume is full to the brim, and is freed later",
    level=Level.SHOULD,
    needs=(Fills,),
)
@contextmanager
def disk_full(scene: Scene) -> Iterator[None]:
    assert isinstance(scene.deployment, Fills)
    try:
        scene.deployment.fill_data()
        scene.note("data volume full")
        yield
    finally:
        scene.deployment.free_data()
        scene.note("data volume freed")

"""The container is removed, and a new one made on the same volume."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.abilities import RecreatesContainer


@fault(
    "recreate",
    "its container is replaced by a new one on the same volume",
    needs=(RecreatesContainer,),
)
@contextmanager
def recreate(scene: Scene) -> Iterator[None]:
    container = scene.deployment.ability(RecreatesContainer)
    recreated = False
    try:
        scene.note("container removed")
        container.recreate(keep_volume=True)
        recreated = True
        scene.note("new container on the same volume, ready")
        yield
    finally:
        if not recreated:
            container.recreate(keep_volume=True)
            scene.note("new container on the same volume, ready at the second attempt")

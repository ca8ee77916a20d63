"""The container is removed, and a new one made on the same volume."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.base import Volume


@fault("recreate", "its container is replaced by a new one on the same volume", needs=(Volume,))
@contextmanager
def recreate(scene: Scene) -> Iterator[None]:
    assert isinstance(scene.deployment, Volume)
    scene.note("container removed")
    scene.deployment.recreate(keep_volume=True)
    scene.note("new container on the same volume, ready")
    yield

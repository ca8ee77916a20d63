"""Every process stands still for a while: a host that is short of CPU, or a frozen guest."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.base import Pauses


@fault("pause", "all of its processes are paused and go on later", needs=(Pauses,))
@contextmanager
def pause(scene: Scene) -> Iterator[None]:
    assert isinstance(scene.deployment, Pauses)
    scene.note("paused")
    scene.deployment.pause()
    try:
        yield
    finally:
        scene.deployment.resume()
        scene.note("resumed")

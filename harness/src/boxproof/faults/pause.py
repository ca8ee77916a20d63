"""Every process stands still for a while: a host that is short of CPU, or a frozen guest."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.abilities import Pauses


@fault("pause", "all of its processes are paused, and resumed later", needs=(Pauses,))
@contextmanager
def pause(scene: Scene) -> Iterator[None]:
    pauses = scene.deployment.ability(Pauses)
    try:
        scene.note("paused")
        pauses.pause()
        yield
    finally:
        pauses.resume()
        scene.note("resumed")

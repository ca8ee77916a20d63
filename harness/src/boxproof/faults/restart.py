"""The server is told to end, and started again on the same data."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.abilities import Restarts


@fault("restart", "it is stopped with SIGTERM and started again", needs=(Restarts,))
@contextmanager
def restart(scene: Scene) -> Iterator[None]:
    restarts = scene.deployment.ability(Restarts)
    try:
        scene.note("SIGTERM")
        ended = restarts.stop()
        scene.note(f"ended with exit code {ended.code}")
        yield
    finally:
        restarts.start()
        scene.note("started again, ready")

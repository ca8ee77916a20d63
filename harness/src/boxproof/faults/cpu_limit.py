"""The server gets a tenth of a core for a while: a busy neighbour, or a limit set too low."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.base import Throttles

CPUS = 0.1


@fault("cpu-limit", "it gets a tenth of a core for a while", level=Level.SHOULD, needs=(Throttles,))
@contextmanager
def cpu_limit(scene: Scene) -> Iterator[None]:
    assert isinstance(scene.deployment, Throttles)
    try:
        scene.deployment.throttle(CPUS)
        scene.note(f"limited to {CPUS} of a core")
        yield
    finally:
        scene.deployment.unthrottle()
        scene.note("limit lifted")

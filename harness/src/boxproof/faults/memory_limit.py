"""The memory runs out: the kernel ends the server, and it is started again."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.base import Exhausts, Restarts


@fault(
    "memory-limit",
    "the kernel ends it for lack of memory, and it is started again",
    level=Level.SHOULD,
    needs=(Exhausts, Restarts),
)
@contextmanager
def memory_limit(scene: Scene) -> Iterator[None]:
    assert isinstance(scene.deployment, Exhausts)
    assert isinstance(scene.deployment, Restarts)
    ended = scene.deployment.exhaust_memory()
    scene.note(f"ended for lack of memory, exit code {ended.code}")
    try:
        yield
    finally:
        scene.deployment.start()
        scene.note("started again, ready")

"""The memory runs out: the kernel ends the server, and it is started again."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import Scene, fault
from boxproof.targets.abilities import ExhaustsMemory, Restarts


@fault(
    "memory-limit",
    "the kernel ends it for lack of memory, and it is started again",
    level=Level.SHOULD,
    needs=(ExhaustsMemory, Restarts),
)
@contextmanager
def memory_limit(scene: Scene) -> Iterator[None]:
    memory = scene.deployment.ability(ExhaustsMemory)
    restarts = scene.deployment.ability(Restarts)
    try:
        ended = memory.exhaust_memory()
        scene.note(f"ended for lack of memory, exit code {ended.code}")
        yield
    finally:
        restarts.start()
        scene.note("started again, ready")

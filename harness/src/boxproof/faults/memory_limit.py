"""The memory runs out: the kernel ends the server, and it is started again."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import ExhaustsMemory, Restarts

#: 128 and SIGKILL, which the kernel sends; an engine may not know why.
KILLED = 137


@fault(
    "memory-limit",
    "the kernel ends it for lack of memory, and it is started again",
    level=Level.SHOULD,
    needs=(ExhaustsMemory, Restarts),
)
@contextmanager
def memory_limit(context: FaultContext) -> Iterator[None]:
    memory = context.deployment.ability(ExhaustsMemory)
    restarts = context.deployment.ability(Restarts)
    try:
        ended = memory.exhaust_memory()
        context.note(f"ended for lack of memory, exit code {ended.code}")
        if not ended.oom_killed and ended.code != KILLED:
            context.idle(f"it ended by itself, with exit code {ended.code}")
        yield
    finally:
        restarts.start()
        context.note("started again, ready")

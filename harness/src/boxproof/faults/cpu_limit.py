"""The server gets a tenth of a core for a while: a busy neighbour, or a limit set too low."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import ThrottlesCpu

CPUS = 0.1


@fault(
    "cpu-limit",
    "it gets a tenth of a core for a while",
    level=Level.SHOULD,
    needs=(ThrottlesCpu,),
    serves=True,
)
@contextmanager
def cpu_limit(context: FaultContext) -> Iterator[None]:
    cpu = context.deployment.ability(ThrottlesCpu)
    try:
        cpu.throttle(CPUS)
        context.note(f"limited to {CPUS} of a core")
        yield
    finally:
        cpu.unthrottle()
        context.note("limit lifted")

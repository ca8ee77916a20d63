"""The server is told to end, and started again on the same data."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import Restarts


@fault("restart", "it is stopped with SIGTERM and started again", needs=(Restarts,))
@contextmanager
def restart(context: FaultContext) -> Iterator[None]:
    restarts = context.deployment.ability(Restarts)
    try:
        context.note("SIGTERM")
        ended = restarts.stop()
        context.note(f"ended with exit code {ended.code}")
        yield
    finally:
        restarts.start()
        context.note("started again, ready")

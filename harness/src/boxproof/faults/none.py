"""The no-op: what a checker finds under it, it would find without any fault."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault


@fault("none", "nothing is done to it")
@contextmanager
def none(context: FaultContext) -> Iterator[None]:
    context.note("nothing was done")
    yield

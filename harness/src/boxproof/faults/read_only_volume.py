"""A new container may not write to the data volume: a mount option that somebody got wrong.

What is entered is how the server ended, or None where it serves all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.core.verdicts import Level
from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import MountsReadOnly, RecreatesContainer
from boxproof.targets.base import Exit


@fault(
    "read-only-volume",
    "its container is replaced by one that may not write to the data volume",
    level=Level.SHOULD,
    needs=(MountsReadOnly, RecreatesContainer),
)
@contextmanager
def read_only_volume(context: FaultContext) -> Iterator[Exit | None]:
    volume = context.deployment.ability(MountsReadOnly)
    container = context.deployment.ability(RecreatesContainer)
    try:
        ended = volume.recreate_read_only()
        how = "serves" if ended is None else f"ended with exit code {ended.code}"
        context.note(f"new container, data volume read-only: {how}")
        yield ended
    finally:
        container.recreate(keep_volume=True)
        context.note("new container, data volume writable, ready")

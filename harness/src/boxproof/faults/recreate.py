"""The container is removed, and a new one made on the same volume."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.targets.abilities import RecreatesContainer


@fault(
    "recreate",
    "its container is replaced by a new one on the same volume",
    needs=(RecreatesContainer,),
)
@contextmanager
def recreate(context: FaultContext) -> Iterator[None]:
    container = context.deployment.ability(RecreatesContainer)
    recreated = False
    try:
        context.note("container removed")
        container.recreate(keep_volume=True)
        recreated = True
        context.note("new container on the same volume, ready")
        yield
    finally:
        if not recreated:
            container.recreate(keep_volume=True)
            context.note("new container on the same volume, ready at the second attempt")

"""What ends a server while another fault is in force, so that both are done to it at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, Harm
from boxproof.targets.abilities import Restarts, WaitsForExit


@contextmanager
def ended_under(trouble: Harm, end: Callable[[], object], context: FaultContext) -> Iterator[None]:
    """Have a trouble in force inside a block, and end the server in the midst of it.

    The trouble is over before the server starts again: a start without room, or without the lock,
    may fail for good reasons. What the server left half done under it may not.
    """
    restarts, exits = context.deployment.ability(Restarts), context.deployment.ability(WaitsForExit)
    ending = False
    try:
        with trouble(context):
            yield
            ending = True
            if exits.ended(0) is None:
                end()
            else:
                context.idle("the server ended by itself before")
    finally:
        if ending:
            restarts.start()
            context.note("started again, ready")

"""Whose turn it is when slots become free."""

from collections import Counter, deque
from collections.abc import Iterable

from gpt2_service.engine.sequences import Sequence


def take_turns(waiting: deque[Sequence], running: Iterable[Sequence], slots: int) -> list[Sequence]:
    """Take sequences out of the queue for so many free slots, in the order in which they join.

    Each slot goes to the client with the fewest sequences running or about to; among several, to
    the one that has waited longest. The sequences of one client keep their order.
    """
    held = Counter(one.client for one in running)
    taken = []
    for _ in range(min(slots, len(waiting))):
        sequence = min(waiting, key=lambda one: held[one.client])
        waiting.remove(sequence)
        held[sequence.client] += 1
        taken.append(sequence)
    return taken

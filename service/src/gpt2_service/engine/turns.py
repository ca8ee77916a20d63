"""Whose turn it is when slots become free."""

from collections import Counter, deque
from collections.abc import Iterable

from gpt2_service.engine.sequences import Ticket


def take_turns(waiting: deque[Ticket], running: Iterable[Ticket], slots: int) -> list[Ticket]:
    """Take tickets out of the queue for so many free slots, in the order in which they join.

    Each slot goes to the client with the fewest tickets running or about to; among several, to the
    ticket that has waited longest. The tickets of one client keep their order.
    """
    held = Counter(ticket.client for ticket in running)
    taken = []
    for _ in range(min(slots, len(waiting))):
        ticket = min(waiting, key=lambda one: held[one.client])
        waiting.remove(ticket)
        held[ticket.client] += 1
        taken.append(ticket)
    return taken

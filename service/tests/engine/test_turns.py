"""Whose turn it is when slots become free."""

from collections import deque

import pytest

from gpt2_service.engine.sequences import Job, Ticket
from gpt2_service.engine.turns import take_turns


def tickets(names: str) -> list[Ticket]:
    """One of each client, who is a letter; its place is its seed."""
    return [Ticket(Job("x", 10, seed), client=name) for seed, name in enumerate(names.split())]


@pytest.mark.parametrize(
    ("running", "waiting", "slots", "order"),
    [
        ("", "a a a a", 3, [0, 1, 2]),
        ("a a", "a a a", 1, [0]),
        ("a a", "a a b", 1, [2]),
        ("a b", "a b c", 1, [2]),
        ("a b", "b a", 2, [0, 1]),
        ("", "a a a b b c", 4, [0, 3, 5, 1]),
        ("a a a", "a b b", 3, [1, 2, 0]),
        ("b", "a", 5, [0]),
        ("b", "a", 0, []),
    ],
)
def test_slots_go_to_who_runs_least(
    running: str, waiting: str, slots: int, order: list[int]
) -> None:
    """Then to who has waited longest; the others stay in their order."""
    queue = deque(tickets(waiting))
    taken = take_turns(queue, tickets(running), slots)
    assert [one.job.seed for one in taken] == order
    left = [one.job.seed for one in queue]
    assert left == [seed for seed in range(len(waiting.split())) if seed not in order]

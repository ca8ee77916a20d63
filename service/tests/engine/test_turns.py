"""Whose turn it is when slots become free."""

from collections import deque

import pytest

from gpt2_service.engine.requests import GenerationRequest, Sampling
from gpt2_service.engine.sequences import Sequence
from gpt2_service.engine.turns import take_turns


def sequences(names: str) -> list[Sequence]:
    """One of each client, who is a letter; its place is its seed."""
    request = GenerationRequest("x", 10)
    clients = enumerate(names.split())
    return [Sequence(request, Sampling(), place, client=name) for place, name in clients]


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
    queue = deque(sequences(waiting))
    taken = take_turns(queue, sequences(running), slots)
    assert [one.seed for one in taken] == order
    left = [one.seed for one in queue]
    assert left == [seed for seed in range(len(waiting.split())) if seed not in order]

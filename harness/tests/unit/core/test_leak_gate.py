"""The leak gate on series of known growth."""

import itertools
import random
from collections.abc import Callable, Sequence

import pytest

from boxproof.core.leak_gate import CYCLES_LEAST, Gate, Point, growth, has_settled, leaks

MEMORY = Gate(budget=4096, quantum=2 * 2**20)
COUNTED = Gate(budget=0.02, quantum=8)
REQUESTS = 40
#: The anonymous memory of this repository's service in KiB, as a run of the leak gate recorded it
#: after each cycle of 40 requests: work that is done, then what is refused, then clients that left.
RECORDED = (
    1_129_908,
    1_129_992,
    1_130_024,
    1_130_052,
    1_130_080,
    1_130_096,
    1_130_124,
    1_130_156,
    1_130_176,
    1_130_196,
    1_130_204,
    1_130_972,
    1_131_072,
    1_131_084,
    1_131_116,
    1_131_132,
    1_131_144,
    1_131_152,
    1_131_160,
    1_131_188,
    1_131_224,
    1_131_244,
    1_131_280,
    1_131_308,
    1_131_308,
    1_131_332,
    1_131_604,
    1_131_604,
    1_131_604,
    1_131_604,
    1_131_620,
    1_131_736,
    1_131_736,
)
#: Its open descriptors after the last of them.
DESCRIPTORS = (76, 76, 76, 76, 76, 81, 78, 79, 78, 76, 76)

#: Draws what is used after the next cycle.
Draw = Callable[[random.Random], float]


def series(
    used: Callable[[int], float], cycles: int = CYCLES_LEAST, requests: int = REQUESTS
) -> list[Point]:
    """Cycles of equal work, after each of which so much is used as its number of requests says."""
    return [Point(done, used(done)) for done in range(requests, (cycles + 1) * requests, requests)]


def noisy(leaked: float, noise: float, seed: int) -> Callable[[int], float]:
    """A leak of so many bytes a request, under noise."""
    drawn = random.Random(seed)
    return lambda done: 50_000_000 + leaked * done + drawn.gauss(0, noise)


@pytest.mark.parametrize("leaked", [20_000, 200_000])
def test_a_steady_leak_is_suspected_under_noise(leaked: float) -> None:
    """Its slope lies in the interval, and a smaller one would have been seen as well."""
    for seed in range(50):
        found = growth(series(noisy(leaked, 100_000, seed)), MEMORY)
        assert found.suspected
        assert found.low <= found.slope <= found.high
        assert found.slope == pytest.approx(leaked, rel=0.2)
        assert found.detectable < leaked


@pytest.mark.parametrize("leaked", [1.0, 0.5])
def test_a_descriptor_or_thread_of_each_request_is_suspected(leaked: float) -> None:
    """Also where only every other request leaves one."""
    found = growth(series(lambda done: 30 + leaked * done), COUNTED)
    assert found.suspected
    assert found.slope == leaked


def test_a_flat_series_says_what_it_could_have_found() -> None:
    """Without noise the quantum decides."""
    found = growth(series(lambda _: 50_000_000), MEMORY)
    assert not found.suspected
    assert found.total == 0
    assert found.detectable == MEMORY.quantum / (REQUESTS * (CYCLES_LEAST - 1))


def test_growth_within_the_budget_is_let_through() -> None:
    """However steady it is, and however long it goes on."""
    found = growth(series(lambda done: 4_000.0 * done, cycles=60), MEMORY)
    assert found.total > MEMORY.quantum
    assert not found.suspected


def test_steady_growth_below_the_quantum_is_let_through() -> None:
    """An allocator takes a little more at a time, whatever it is for."""
    assert not growth(series(lambda done: 6_000.0 * done), MEMORY).suspected


@pytest.mark.parametrize("after", [120, 160, 200])
def test_one_large_step_is_no_leak(after: int) -> None:
    """A cache that is filled once, a pool that is opened late."""
    found = growth(series(lambda done: 20_000_000.0 * (done > after)), MEMORY)
    assert not found.suspected


def test_a_leak_is_one_that_a_second_block_confirms() -> None:
    """Growth that ends was warming up."""
    rising = growth(series(noisy(20_000, 1_000, 1)), MEMORY)
    doubled = growth(series(noisy(20_000, 1_000, 2), requests=2 * REQUESTS), MEMORY)
    flat = growth(series(noisy(0, 1_000, 3), requests=2 * REQUESTS), MEMORY)
    assert leaks(rising, doubled)
    assert not leaks(rising, flat)
    assert not leaks(rising, None)
    assert not leaks(flat, doubled)


def of(values: Sequence[float]) -> Draw:
    """Draws any of these."""
    return lambda drawn: drawn.choice(values)


def walk(step: Draw) -> Draw:
    """Draws by how much each cycle differs from the one before."""
    used = 0.0

    def stepped(drawn: random.Random) -> float:
        nonlocal used
        used += step(drawn)
        return used

    return stepped


def test_flat_series_that_are_drawn_again_give_hardly_an_alarm() -> None:
    """Of 10,000 at most 10, with the noise of a recorded run, and with a hundred times as much."""
    mean = sum(RECORDED) / len(RECORDED)
    for loudness in (1, 100):
        values = [(mean + loudness * (each - mean)) * 1024 for each in RECORDED]
        assert alarms(of(values), MEMORY) <= 10
    assert alarms(of(DESCRIPTORS), COUNTED) <= 10


def test_steps_that_are_drawn_again_give_hardly_an_alarm() -> None:
    """An allocator that takes a little more in each cycle, as much as it did in a recorded run."""
    steps = [(later - earlier) * 1024 for earlier, later in itertools.pairwise(RECORDED)]
    assert alarms(walk(of(steps)), MEMORY) <= 10


def test_memory_that_wanders_gives_hardly_an_alarm() -> None:
    """By a mebibyte a cycle, from where the last one ended."""
    assert alarms(walk(lambda drawn: drawn.gauss(0, 2**20)), MEMORY) <= 10


def alarms(draw: Draw, gate: Gate) -> int:
    """How many of 10,000 runs, drawn from what a recorded one saw, would be called a leak."""
    drawn = random.Random(2026)
    count = 0
    for _ in range(10_000):
        first = growth(series(lambda _: draw(drawn)), gate)
        if first.suspected:
            again = growth(series(lambda _: draw(drawn), requests=2 * REQUESTS), gate)
            count += leaks(first, again)
    return count


def test_fewer_than_eight_cycles_say_nothing() -> None:
    """They have no interval."""
    with pytest.raises(ValueError, match="7 points are fewer than 8"):
        growth(series(lambda _: 0, cycles=7), MEMORY)


def test_warming_up_is_over_with_a_plateau() -> None:
    """Three cycles within the quantum of each other, at the end."""
    warm = [10_000_000, 40_000_000, 60_000_000, 60_500_000, 61_000_000]
    points = [Point(number, used) for number, used in enumerate(warm)]
    assert not has_settled(points[:2], MEMORY)
    assert not has_settled(points[:4], MEMORY)
    assert has_settled(points, MEMORY)

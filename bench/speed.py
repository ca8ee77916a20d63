"""Tokens a second and seconds to the first token, over HTTP, beside the tutorial and the loop."""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from bench.clients import Answer
from bench.contestants import ALONE, CORES, PRECISIONS, SPREAD, TOGETHER, Burst, contestants
from bench.figures import Figure, at_least, at_most, percentile
from bench.servers import Server, Workplace

WHEN = ("at once", "staggered")
FASTER_THAN_TUTORIAL = {"fp32": 8.0, "int8": 14.0}
LEAST_OF_LOOP = 0.85
LEAST_OF_GENERATE = 1.0
MOST_OF_TUTORIAL = 0.1

Bursts = dict[str, list[Burst]]


def measure(place: Workplace, rounds: int) -> list[Figure]:
    """Measure in interleaved rounds; ratios are those of medians over all rounds."""
    bursts: Bursts = {}
    peaks = []
    with contestants(place) as them:
        them.warm()
        print("speed: warm", flush=True)
        for number in range(rounds):
            peaks.append(them.roofline())
            turns = list(them.turns().items())
            for name, turn in turns if number % 2 == 0 else reversed(turns):
                bursts.setdefault(name, []).append(turn())
            print(f"speed: round {number + 1} of {rounds} done", flush=True)
        busiest = median(_busiest(them.services[SPREAD], bursts[SPREAD]))
    speeds = {name: median(burst.speed for burst in each) for name, each in bursts.items()}
    return [
        *(Figure(f"tokens/s: {name}", f"{speed:.1f}") for name, speed in speeds.items()),
        *_ratios(speeds),
        Figure(f"texts of the busier worker, {SPREAD}", f"{busiest:g} of {TOGETHER}"),
        *_roofline(speeds, max(peaks)),
        *_first_tokens(bursts),
    ]


def _ratios(speeds: dict[str, float]) -> Iterator[Figure]:
    for name in PRECISIONS:
        for when in WHEN:
            ratio = speeds[f"{name} {when}"] / speeds[f"tutorial {when}"]
            yield at_least(f"{name} over the tutorial, {when}", ratio, FASTER_THAN_TUTORIAL[name])
    for name in PRECISIONS:
        share = speeds[f"{name} at once"] / speeds[f"loop {name}"]
        yield at_least(f"{name} over HTTP of the loop without", share, LEAST_OF_LOOP)
    yield Figure(
        f"{SPREAD}, over the tutorial, at once",
        f"{speeds[SPREAD] / speeds['tutorial at once']:.2f}x",
    )
    for name in ALONE:
        ratio = speeds[f"alone, {name}"] / speeds[f"generate, {name}"]
        yield at_least(f"one text over HTTP of generate, {name}", ratio, LEAST_OF_GENERATE)


def _roofline(speeds: dict[str, float], peak: float) -> Iterator[Figure]:
    yield Figure(f"fp32 roofline of {CORES} cores, tokens/s", f"{peak:.0f}")
    for name in (*(f"{name} at once" for name in PRECISIONS), "loop fp32", "loop int8"):
        yield Figure(f"share of the fp32 roofline: {name}", f"{speeds[name] / peak:.0%}")


def _first_tokens(bursts: Bursts) -> Iterator[Figure]:
    firsts = [each.first_token for each in _answers(bursts["streams"]) if each.first_token]
    first = percentile(firsts, 95)
    full = percentile([each.seconds for each in _answers(bursts["tutorial at once"])], 95)
    yield Figure(f"p95 to the first token of {len(firsts)} streams", f"{first:.3f} s")
    yield Figure("p95 of the tutorial's full answer", f"{full:.3f} s")
    yield at_most("first token of the tutorial's full answer", first / full, MOST_OF_TUTORIAL)


def _answers(bursts: Sequence[Burst]) -> Iterator[Answer]:
    return (answer for burst in bursts for answer in burst.answers)


def _busiest(server: Server, bursts: Sequence[Burst]) -> list[int]:
    """How many texts of each burst the busier worker made, by the log's own word."""
    calls = server.calls()
    return [
        max(Counter(calls[answer.headers["x-request-id"]] for answer in burst.answers).values())
        for burst in bursts
    ]

"""More texts asked for than can be made: how many still come, and what is computed for nothing.

Requests arrive as they do from many clients who know nothing of each other, whether or not earlier
ones were answered (an open loop): intervals are drawn from an exponential distribution.
"""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.clients import ask_once
from bench.errors import BenchError
from bench.figures import Figure, at_least, at_most
from bench.prompts import mixed_prompts
from bench.servers import Server, Workplace, running

WORKERS = 2
#: What the service gives each request: three times what a text takes in a full batch. With little
#: more than it takes, hardly a request could wait for a slot, and slots would stay empty.
LIMIT_SECONDS = 20
TOKENS = 50
PROMPT_CHARACTERS = 40
#: Of the capacity, which is measured first with so many clients that ask without a pause.
LOADS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
CLIENTS = 32
CAPACITY_SECONDS = 45.0
REFUSED_SECONDS = 1.0
LEAST_TEXTS = 10
#: Answers count from when the queues are as full as they get until the arrivals end.
SETTLE_SECONDS = 20.0
COUNTED_SECONDS = 30.0
LEAST_OF_PEAK = 0.9
MOST_THROWN_AWAY = 0.01


@dataclass
class Load:
    """What became of the requests of one load."""

    name: str
    #: Texts a second that are asked for.
    offered: float
    #: When each text came, on the clock of `time.perf_counter`.
    came: list[float] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    good: int = 0
    tokens: int = 0
    thrown_away: int = 0

    @property
    def goodput(self) -> float:
        """Texts a second."""
        return self.good / self.seconds


def measure(place: Workplace, picture: Path | None = None) -> list[Figure]:
    """The capacity, then each load.

    Args:
        picture: where the curve is drawn.

    Raises:
        BenchError: the capacity is too small to be told.
    """
    limit = str(LIMIT_SECONDS)
    with running(place.service("overload", WORKERS, REQUEST_TIMEOUT_SECONDS=limit)) as server:
        server.ready(WORKERS)
        capacity, loads = asyncio.run(_measure(server))
    if picture is not None:
        # It needs a library that no figure does.
        from bench import overload_picture

        goodput = [each.goodput for each in loads]
        overload_picture.draw(picture, [each.offered for each in loads], goodput)
    peak = max(each.goodput for each in loads)
    thrown = sum(each.thrown_away for each in loads) / sum(each.tokens for each in loads)
    return [
        Figure(f"capacity, {CLIENTS} clients", f"{capacity:.2f} texts/s"),
        *(_figure(each) for each in loads),
        at_least(
            f"goodput at {LOADS[-1]:g} times over the peak", loads[-1].goodput / peak, LEAST_OF_PEAK
        ),
        at_most("tokens computed for nothing", 100 * thrown, 100 * MOST_THROWN_AWAY, "%"),
    ]


async def _measure(server: Server) -> tuple[float, list[Load]]:
    bodies = _bodies()
    capacity = await _capacity(server, bodies)
    print(f"overload: capacity {capacity:.2f} texts/s", flush=True)
    loads = []
    for share in LOADS:
        print(f"overload: {share:g} times that", flush=True)
        loads.append(await _offer(server, bodies, share, capacity * share))
    return capacity, loads


def _figure(load: Load) -> Figure:
    other = ", ".join(f"{count} {what}" for what, count in sorted(load.other.items()))
    rate = f"{load.goodput:.2f}/s, {load.good / load.cpu_seconds:.2f}/CPU-s"
    return Figure(f"load {load.name}: goodput ({other or 'nothing refused'})", rate)


async def _capacity(server: Server, bodies: Iterator[dict[str, Any]]) -> float:
    end = time.perf_counter() + CAPACITY_SECONDS
    came: list[float] = []

    async def client() -> None:
        while time.perf_counter() < end:
            answer = await ask_once(server.port, "POST", "/generate", next(bodies))
            if answer.status == 200:
                came.append(time.perf_counter())
            else:
                # Whoever asks again at once has the service do nothing but refuse.
                await asyncio.sleep(REFUSED_SECONDS)

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    # The first third warms up, and the last answers come to fewer and fewer clients.
    start = end - CAPACITY_SECONDS * 2 / 3
    texts = sum(start <= each < end for each in came)
    if texts < LEAST_TEXTS:
        raise BenchError(f"only {texts} texts came in time: too few to tell loads apart")
    return texts / (end - start)


async def _offer(
    server: Server, bodies: Iterator[dict[str, Any]], share: float, rate: float
) -> Load:
    load, draw = Load(f"{share:g}x", rate), random.Random(share)
    before = _tokens(server)
    began = time.perf_counter()
    counted = began + SETTLE_SECONDS
    end = counted + COUNTED_SECONDS
    asking = []
    due, cpu = began, 0.0
    while due < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if not cpu and due >= counted:
            counted, cpu = time.perf_counter(), _cpu_seconds(server)
        asking.append(asyncio.create_task(_ask(server.port, next(bodies), load)))
        due += draw.expovariate(rate)
    end = time.perf_counter()
    load.cpu_seconds = _cpu_seconds(server) - cpu
    load.seconds = end - counted
    await asyncio.gather(*asking)
    load.good = sum(counted <= each < end for each in load.came)
    after = _tokens(server)
    load.tokens, load.thrown_away = (b - a for a, b in zip(before, after, strict=True))
    return load


async def _ask(port: int, body: dict[str, Any], load: Load) -> None:
    try:
        answer = await ask_once(port, "POST", "/generate", body)
    except (OSError, EOFError, TimeoutError) as error:
        load.other[type(error).__name__] += 1
        return
    if answer.status == 200:
        load.came.append(time.perf_counter())
    else:
        load.other[str(answer.status)] += 1


def _bodies() -> Iterator[dict[str, Any]]:
    prompts = mixed_prompts(1000, 7)
    while True:
        for prompt in prompts:
            yield {"prompt": prompt[:PROMPT_CHARACTERS], "max_length": 10 + TOKENS}


def _tokens(server: Server) -> tuple[int, int]:
    """All tokens that were computed so far, and those of texts that nobody got."""
    calls = [each for each in server.entries() if each["message"] == "model call"]
    lost = [each for each in calls if each["outcome"] != "finished"]
    return _sum(calls), _sum(lost)


def _sum(calls: list[dict[str, Any]]) -> int:
    return sum(each["completion_tokens"] for each in calls)


def _cpu_seconds(server: Server) -> float:
    """What the workers have used so far."""
    ticks = 0
    for pid in server.workers:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")

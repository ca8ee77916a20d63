"""Whether texts are those of transformers, and the same alone, in company, anywhere, ever again."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Sequence

from bench.clients import Connection
from bench.errors import BenchError
from bench.figures import Figure, all_of
from bench.lanes import Body, lanes, texts
from bench.prompts import Counter, mixed_prompts
from bench.servers import ROOT, Server, Workplace, running

GREEDY_TOKENS = 12
SEEDED_TOKENS = (4, 20)
COMPANY = 16
WORKERS = 2


def measure(place: Workplace, count: int) -> list[Figure]:
    """Compare so many greedy texts and so many seeded ones."""
    bodies = _seeded(place, count)
    with running(place.service("texts", WORKERS)) as server:
        server.ready(WORKERS)
        greedy = _greedy_bodies(place, count)
        expected = _references(place, greedy)
        print("texts: transformers' are there", flush=True)
        ours = asyncio.run(_anywhere(server, greedy))
        alone, elsewhere, company = asyncio.run(_alone_and_not(server, bodies))
        print("texts: alone and in company, restarting", flush=True)
    with running(place.service("texts-again", WORKERS)) as server:
        server.ready(WORKERS)
        again = asyncio.run(_anywhere(server, bodies))
    return [
        all_of("greedy texts equal to transformers'", _equal(ours, expected), count),
        all_of("seeded texts: alone = company, same worker", _equal(alone, company), count),
        all_of("seeded texts: alone = company, other worker", _equal(alone, elsewhere), count),
        all_of("seeded texts: alone = both workers, restarted", _equal(alone, again), count),
        Figure("different ones among them", f"{len(set(alone))}"),
    ]


def _equal(some: Sequence[str], others: Sequence[str]) -> int:
    return sum(one == other for one, other in zip(some, others, strict=True))


def _greedy_bodies(place: Workplace, count: int) -> list[Body]:
    counter = Counter(place.checkpoint)
    return [
        {"prompt": one, "max_length": counter.length(one, GREEDY_TOKENS), "temperature": 0}
        for one in mixed_prompts(count, seed=1)
    ]


def _seeded(place: Workplace, count: int) -> list[Body]:
    counter = Counter(place.checkpoint)
    draw = random.Random(2)
    return [
        {
            "prompt": one,
            "max_length": max(10, counter.length(one, draw.randint(*SEEDED_TOKENS))),
            "seed": draw.getrandbits(53),
            "temperature": draw.choice((1.0, 0.7, 1.3)),
            "top_k": draw.choice((50, 0, 5)),
            "top_p": draw.choice((1.0, 0.9)),
            "repetition_penalty": draw.choice((1.0, 1.2)),
            "stream": draw.random() < 0.2,
        }
        for one in mixed_prompts(count, seed=3)
    ]


def _references(place: Workplace, bodies: Sequence[Body]) -> list[str]:
    """What transformers makes of them, by one process for each core's share."""
    orders = [(body["prompt"], body["max_length"]) for body in bodies]
    parts = [orders[start::WORKERS] for start in range(WORKERS)]
    command = [sys.executable, "-m", "bench.reference", str(place.checkpoint)]
    processes = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in parts
    ]
    made = [""] * len(orders)
    try:
        # They read all of stdin before they work, so none waits for another.
        for process, part in zip(processes, parts, strict=True):
            assert process.stdin is not None
            json.dump(part, process.stdin)
            process.stdin.close()
            process.stdin = None
        for start, process in enumerate(processes):
            output = process.communicate()[0]
            if process.returncode:
                raise BenchError("bench.reference has failed; see its lines above")
            made[start::WORKERS] = json.loads(output)
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return made


async def _anywhere(server: Server, bodies: Sequence[Body]) -> list[str]:
    """Texts in company, every worker making its share."""
    async with lanes(server, COMPANY) as found:
        shares = await asyncio.gather(
            *(texts(each, bodies[start :: len(found)]) for start, each in enumerate(found.values()))
        )
    made = [""] * len(bodies)
    for start, share in enumerate(shares):
        made[start :: len(shares)] = share
    return made


async def _alone_and_not(
    server: Server, bodies: Sequence[Body]
) -> tuple[list[str], list[str], list[str]]:
    """Texts one by one on a worker, in company on the other, and in company on the first."""
    async with lanes(server, COMPANY) as found:
        one, other = found.values()
        alone, elsewhere = await asyncio.gather(texts(one[:1], bodies), _shuffled(other, bodies, 4))
    async with lanes(server, COMPANY) as found:
        company = await _shuffled(next(iter(found.values())), bodies, 5)
    return alone, elsewhere, company


async def _shuffled(
    connections: Sequence[Connection], bodies: Sequence[Body], seed: int
) -> list[str]:
    """Texts that are asked for in another order, so in other company."""
    order = random.Random(seed).sample(range(len(bodies)), len(bodies))
    made = await texts(connections, [bodies[place] for place in order])
    back = dict(zip(order, made, strict=True))
    return [back[place] for place in range(len(bodies))]

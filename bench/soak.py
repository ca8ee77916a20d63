"""Thousands of mixed requests: whether the workers' memory and descriptors stay what they are."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from bench.clients import Connection, ask_once, ask_together
from bench.errors import BenchError
from bench.figures import Figure
from bench.prompts import mixed_prompts
from bench.servers import ROOT, Server, Workplace, running
from bench.trends import LEAST_SAMPLES, Trend, trend

DEMO = ROOT / "service" / "checkpoint"
WORKERS = 2
CLIENTS = 16
SAMPLE_SECONDS = 0.25
#: Before all, more at once than the workers have slots and connections: what that needs they keep,
#: and it would else come by chance in the middle.
CROWD = 64
CROWD_LENGTH = 200
#: Of the requests, the share until caches and the allocator's arenas are full.
WARM_SHARE = 0.1
#: What 10,000 requests may add, as a share of what a worker has: of memory its own and its share of
#: what all have in common (proc(5), Pss).
FLAT_SHARE = 0.01
PER = 10_000
#: How often each kind of request is made.
KINDS = {
    "generate": 40,
    "sampled": 15,
    "stream": 15,
    "left": 5,
    "root": 5,
    "health": 8,
    "history": 5,
    "invalid": 4,
    "unknown": 2,
    "metrics": 1,
}
EXPECTED = {"invalid": 422, "unknown": 404}


@dataclass
class Samples:
    """What was seen of one worker, and after how many requests."""

    places: list[float] = field(default_factory=list)
    private_megabytes: list[float] = field(default_factory=list)
    proportional_megabytes: list[float] = field(default_factory=list)
    descriptors: list[float] = field(default_factory=list)


@dataclass
class Soak:
    """How far the requests are."""

    wanted: int
    begun: int = 0
    done: int = 0
    unexpected: Counter[str] = field(default_factory=Counter)
    samples: dict[int, Samples] = field(default_factory=dict)


def measure(place: Workplace, requests: int) -> list[Figure]:
    """Make so many requests of the demo checkpoint, which leaves more of them time to happen."""
    with running(place.service("soak", WORKERS, checkpoint=DEMO)) as server:
        server.ready(WORKERS)
        workers = server.workers
        soak = Soak(requests, samples={pid: Samples() for pid in workers})
        asyncio.run(_run(server, soak))
        stayed = server.workers == workers
    return [*_figures(soak), Figure("workers replaced", "no" if stayed else "yes", "no", stayed)]


def _figures(soak: Soak) -> Iterator[Figure]:
    yield Figure("requests", f"{soak.done:,}")
    listed = ", ".join(f"{count} {what}" for what, count in soak.unexpected.items())
    yield Figure("unexpected answers", listed or "none", "none", not soak.unexpected)
    for number, samples in enumerate(soak.samples.values(), 1):
        if len(samples.places) < LEAST_SAMPLES:
            seen = f"{len(samples.places)}"
            yield Figure(f"samples of worker {number}", seen, f">= {LEAST_SAMPLES}", False)
            continue
        memory = "private memory", "MB", samples.private_megabytes, samples.proportional_megabytes
        descriptors = "descriptors", "", samples.descriptors, samples.descriptors
        for name, unit, values, whole in (memory, descriptors):
            line = trend(samples.places, values)
            first = f"{name} of worker {number}, mean of {len(values)}"
            yield Figure(first, f"{line.mean:.1f} {unit}".strip())
            slope = f"{name} of worker {number}, slope per {PER:,}"
            yield _flat(slope, line, FLAT_SHARE * fmean(whole), unit)


def _flat(name: str, line: Trend, most: float, unit: str) -> Figure:
    """Flat: negligible for certain; or negligible as fitted, and maybe nothing at all."""
    flat = line.high <= most or (line.low <= 0 and line.slope <= most)
    value = f"{line.slope:+.3f} {unit} [{line.low:+.3f}, {line.high:+.3f}]"
    return Figure(name, " ".join(value.split()), f"0 or <= {most:.2f}", flat)


async def _run(server: Server, soak: Soak) -> None:
    over = asyncio.Event()
    await _crowd(server.port)
    watcher = asyncio.create_task(_watch(soak, over))
    async with asyncio.TaskGroup() as group:
        for number in range(CLIENTS):
            group.create_task(_client(server.port, soak, number))
    over.set()
    await watcher


async def _crowd(port: int) -> None:
    """Fill every slot with a text as long as it may be, and meanwhile ask the database.

    What a health check closes SQLite keeps open for the next one, as many as there ever were at
    once (https://www.sqlite.org/src/file/src/os_unix.c, "Deferred close").
    """
    body = {"prompt": "A", "max_length": CROWD_LENGTH, "temperature": 2}
    paths = ["/history?limit=100", "/health"] * (CROWD // 2)
    texts = asyncio.create_task(ask_together(port, [body] * CROWD))
    while not texts.done():
        answers = await asyncio.gather(*(ask_once(port, "GET", path) for path in paths))
        if {answer.status for answer in answers} != {200}:
            raise BenchError(f"a crowd got {[answer.status for answer in answers]}")
    await texts


async def _watch(soak: Soak, over: asyncio.Event) -> None:
    """Sample every worker until the end."""
    told = 0
    while not over.is_set():
        if soak.done >= WARM_SHARE * soak.wanted:
            for pid, samples in soak.samples.items():
                # One that is gone is told at the end.
                with suppress(FileNotFoundError, ProcessLookupError):
                    private, proportional = megabytes(pid)
                    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
                    samples.places.append(soak.done / PER)
                    samples.private_megabytes.append(private)
                    samples.proportional_megabytes.append(proportional)
                    samples.descriptors.append(descriptors)
        if soak.done * 5 // soak.wanted > told:
            told = soak.done * 5 // soak.wanted
            print(f"soak: {soak.done:,} of {soak.wanted:,}", flush=True)
        try:
            async with asyncio.timeout(SAMPLE_SECONDS):
                await over.wait()
        except TimeoutError:
            continue


def megabytes(pid: int) -> tuple[float, float]:
    """What a process has alone, and that with its share of the rest (proc(5), smaps_rollup)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()

    def total(names: str) -> float:
        return sum(map(int, re.findall(rf"^(?:{names}): +(\d+) kB", text, re.M))) / 1000

    return total("Private_Clean|Private_Dirty"), total("Pss")


async def _client(port: int, soak: Soak, number: int) -> None:
    """Make requests until there are enough, a few on each connection."""
    draw = random.Random(number)
    texts = mixed_prompts(50, number)
    while soak.begun < soak.wanted:
        try:
            async with await Connection.open(port) as connection:
                for _ in range(draw.randint(1, 20)):
                    if soak.begun >= soak.wanted:
                        return
                    soak.begun += 1
                    kind = draw.choices(list(KINDS), list(KINDS.values()))[0]
                    left = await _request(connection, kind, draw, draw.choice(texts), soak)
                    soak.done += 1
                    if left:
                        break
        except (OSError, EOFError, BenchError) as error:
            soak.unexpected[type(error).__name__] += 1
            await asyncio.sleep(SAMPLE_SECONDS)


async def _request(
    connection: Connection, kind: str, draw: random.Random, prompt: str, soak: Soak
) -> bool:
    """Make one request; returns whether it was left, and the connection with it."""
    body = {"prompt": prompt, "max_length": draw.randint(10, 60)}
    if kind == "left":
        connection.send("POST", "/generate", {**body, "max_length": 200, "stream": True})
        await connection.first_event()
        return True
    if kind in ("generate", "sampled", "stream", "invalid"):
        answer = await connection.ask("POST", "/generate", {**body, **_fields(kind, draw)})
    else:
        path = {
            "root": "/",
            "health": "/health",
            "history": f"/history?limit={draw.randint(1, 20)}",
            "unknown": "/history/9000000000",
            "metrics": "/metrics",
        }[kind]
        answer = await connection.ask("GET", path)
    if answer.status != EXPECTED.get(kind, 200):
        soak.unexpected[f"{kind} {answer.status}"] += 1
    elif answer.streamed:
        answer.record()
    return False


def _fields(kind: str, draw: random.Random) -> dict[str, object]:
    if kind == "sampled":
        return {
            "n": draw.randint(1, 4),
            "seed": draw.getrandbits(53),
            "top_p": draw.choice((0.9, 1.0)),
            "repetition_penalty": draw.choice((1.0, 1.3)),
            "stop": draw.choice(([], [" the"])),
        }
    if kind == "stream":
        return {"stream": True}
    return {"max_length": "many"} if kind == "invalid" else {}

"""A hundred users at once: who fails, and how long health takes to answer meanwhile.

They arrive one after another within a second, as load generators let them. That all come in the
same instant is looked at too, beside no target: this program, which has the same cores, then takes
longest of all.
"""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.clients import Connection, ask_once, ask_together
from bench.figures import Figure, at_most, percentile
from bench.prompts import mixed_prompts
from bench.servers import Server, Workplace, running

USERS = 100
WEIGHTS = {"root": 1, "health": 2, "generate": 10}
#: A look at /health, on a connection of its own, as probes do; so often while idle and under load.
IDLE_LOOKS = 500
IDLE_PAUSE_SECONDS = 0.01
PAUSE_SECONDS = 0.05
#: Between one user's arrival and the next one's.
ARRIVAL_GAP_SECONDS = 0.01
#: For those who come all at once, the worst is over by then.
INSTANT_SECONDS = 1.0
SLOWER_HEALTH = 20.0
WORKERS = 2
#: Texts that are asked for before anything is measured.
WARM = 16


@dataclass
class Seen:
    """What the users saw."""

    health_seconds: list[float] = field(default_factory=list)
    # By what was asked and the status, or the error's name.
    results: Counter[tuple[str, str]] = field(default_factory=Counter)


def measure(place: Workplace, seconds: float) -> list[Figure]:
    """Let the users ask for so many seconds; what they have asked for then is waited for."""
    with running(place.service("users", WORKERS)) as server:
        server.ready(WORKERS)
        print(f"users: {USERS} for {seconds:g} s", flush=True)
        return asyncio.run(_measure(server, seconds))


async def _measure(server: Server, seconds: float) -> list[Figure]:
    texts = [mixed_prompts(20, number) for number in range(USERS)]
    await ask_together(server.port, [{"prompt": each[0]} for each in texts[:WARM]])
    idle = Seen()
    for _ in range(IDLE_LOOKS):
        await _look(server.port, idle)
        await asyncio.sleep(IDLE_PAUSE_SECONDS)
    seen = await _crowd(server.port, texts, seconds, ARRIVAL_GAP_SECONDS)
    instant = await _crowd(server.port, texts, INSTANT_SECONDS, 0.0)
    before = percentile(idle.health_seconds, 99)
    during = percentile(seen.health_seconds, 99)
    results = idle.results + seen.results + instant.results
    failures = _failures(results)
    counts = Counter[str]()
    for (task, _), count in seen.results.items():
        counts[task] += count
    asked = ", ".join(f"{count} {task}" for task, count in sorted(counts.items()))
    busy = sum(count for (_, result), count in seen.results.items() if result == "429")
    listed = ", ".join(f"{count} {what}" for what, count in failures.items())
    worst = max(instant.health_seconds)
    return [
        Figure("asked", asked),
        Figure("429 responses", f"{busy}"),
        Figure("failures other than 429", listed or "none", "none", not failures),
        Figure(f"health p99, idle, of {len(idle.health_seconds)}", f"{before * 1000:.2f} ms"),
        Figure(f"health p99, busy, of {len(seen.health_seconds)}", f"{during * 1000:.2f} ms"),
        at_most("health p99, busy over idle", during / before, SLOWER_HEALTH),
        Figure(f"health, worst, {USERS} in one instant", f"{worst * 1000:.2f} ms"),
    ]


async def _crowd(port: int, texts: list[list[str]], seconds: float, gap_seconds: float) -> Seen:
    """Let the users come, one after a gap, and ask until so many seconds are over."""
    seen = Seen()
    until = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        group.create_task(_probe(port, seen, until))
        for number in range(USERS):
            group.create_task(_user(port, number, texts[number], seen, until))
            await asyncio.sleep(gap_seconds)
    return seen


def _failures(results: Counter[tuple[str, str]]) -> dict[str, int]:
    """Everything but 200 and 429."""
    return {
        f"{task} {result}": count
        for (task, result), count in results.items()
        if result not in ("200", "429")
    }


async def _probe(port: int, seen: Seen, until: float) -> None:
    while time.monotonic() < until:
        await _look(port, seen)
        await asyncio.sleep(PAUSE_SECONDS)


async def _look(port: int, seen: Seen) -> None:
    try:
        answer = await ask_once(port, "GET", "/health")
    except (OSError, EOFError) as error:
        seen.results["probe", type(error).__name__] += 1
        return
    seen.health_seconds.append(answer.seconds)
    seen.results["probe", str(answer.status)] += 1


async def _user(port: int, number: int, texts: list[str], seen: Seen, until: float) -> None:
    """Ask for one thing after another without a pause, on a connection that is kept."""
    draw = random.Random(number)
    connection: Connection | None = None
    while time.monotonic() < until:
        task = draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        try:
            connection = connection or await Connection.open(port)
            if task == "generate":
                answer = await connection.ask("POST", "/generate", {"prompt": draw.choice(texts)})
            else:
                answer = await connection.ask("GET", "/health" if task == "health" else "/")
        except (OSError, EOFError) as error:
            seen.results[task, type(error).__name__] += 1
            if connection is not None:
                connection.close()
            connection = None
            await asyncio.sleep(PAUSE_SECONDS)
            continue
        seen.results[task, str(answer.status)] += 1
        if task == "health":
            seen.health_seconds.append(answer.seconds)
        if answer.status == 429:
            # The connection would be closed for its silence.
            connection.close()
            connection = None
            pause = float(answer.headers.get("retry-after", 1))
            await asyncio.sleep(min(pause, max(0.0, until - time.monotonic())))
    if connection is not None:
        connection.close()

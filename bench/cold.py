"""From nothing to the first text, beside what a service that uses `from_pretrained` cannot save."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from statistics import median

from bench.clients import ask_once
from bench.errors import BenchError
from bench.figures import Figure, at_most
from bench.prompts import Counter
from bench.servers import ROOT, START_SECONDS, Server, Workplace, running

MOST_RATIO = 1.3
#: One new token: what is measured is the start.
LENGTH = 10
ASK_SECONDS = 0.005
#: The log's lines that end a part of the start.
MARKS = {
    "python, gunicorn, settings, imports of the engine": "engine imported",
    "file, packing, trial of batches; application, database": "model loaded",
    "what is left of those, port": "Listening at",
    "fork, worker": "Application startup complete",
}
Parts = dict[str, float]


def measure(place: Workplace, rounds: int) -> list[Figure]:
    """Start both by turns, each in a fresh process; seconds are medians."""
    prompt = Counter(place.checkpoint).prompt_of(LENGTH - 1)
    least, starts = [], []
    for number in range(rounds):
        if number % 2:
            starts.append(_service(place, prompt))
            least.append(_imports(place))
        else:
            least.append(_imports(place))
            starts.append(_service(place, prompt))
        print(f"cold: round {number + 1} of {rounds} done", flush=True)
    ratio = median(
        sum(ours.values()) / sum(theirs.values())
        for ours, theirs in zip(starts, least, strict=True)
    )
    return [
        *_by_part("imports and file", least),
        *_by_part("service", starts),
        at_most("service to its first text over imports and file", ratio, MOST_RATIO),
    ]


def _by_part(name: str, rounds: list[Parts]) -> Iterator[Figure]:
    for part in rounds[0]:
        yield Figure(f"{name}: {part}", f"{median(each[part] for each in rounds):.2f} s")
    yield Figure(f"{name}: all", f"{median(sum(each.values()) for each in rounds):.2f} s")


def _parts(moments: dict[str, float]) -> Parts:
    """Seconds of each part, from the moments that end them."""
    return {name: end - start for (_, start), (name, end) in pairwise(moments.items())}


def _imports(place: Workplace) -> Parts:
    """`import torch, transformers` and the file, in a process that does nothing else."""
    began = time.time()
    command = [sys.executable, "-m", "bench.imports", str(place.checkpoint)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise BenchError("bench.imports has failed; see its lines above")
    return _parts({"began": began, **json.loads(done.stdout)})


def _service(place: Workplace, prompt: str) -> Parts:
    """The service as its image starts it, one worker, until a text is there."""
    began = time.time()
    with running(place.service("cold", workers=1)) as server:
        asyncio.run(_first_text(server, prompt))
        end = time.time()
        moments = {"began": began, **dict(_marks(server)), "first text": end}
    return _parts(moments)


async def _first_text(server: Server, prompt: str) -> None:
    """Ask until somebody answers."""
    limit = time.monotonic() + START_SECONDS
    while not server.ended and time.monotonic() < limit:
        try:
            body = {"prompt": prompt, "max_length": LENGTH}
            answer = await ask_once(server.port, "POST", "/generate", body)
        except (OSError, EOFError):
            await asyncio.sleep(ASK_SECONDS)
            continue
        if answer.status == 200 and answer.json()["usage"]["completion_tokens"] == 1:
            return
        raise BenchError(f"the first answer was {answer.status} {answer.body!r}")
    raise BenchError(f"{server.name} did not start")


def _marks(server: Server) -> Iterator[tuple[str, float]]:
    entries = list(server.entries())
    for name, mark in MARKS.items():
        times = [entry["time"] for entry in entries if entry["message"].startswith(mark)]
        if not times:
            raise BenchError(f"{mark!r} is not in the service's log")
        yield name, datetime.fromisoformat(times[0]).timestamp()

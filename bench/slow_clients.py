"""Clients that hold connections and send next to nothing: who still gets answers meanwhile.

Each kind comes a thousand at a time; at last all kinds together, more of them than the workers have
descriptors. Every connection must end by itself, and whoever asks beside them must be answered.
"""

import asyncio
import contextlib
import resource
import time
from dataclasses import dataclass, field

from bench.clients import ask_once
from bench.figures import Figure, all_of, percentile
from bench.servers import Server, Workplace, running

WORKERS = 2
#: What the service gives each client for its request.
LIMIT_SECONDS = 5
#: Beyond that, until the last connection must have ended.
MARGIN_SECONDS = 10.0
MANY = 1000
#: What a worker may have open, so that the last crowd is larger than that.
DESCRIPTORS = 1024
MOST = 4000
#: How often each connection sends one more byte, and health and a text are asked for.
DRIP_SECONDS = 0.5
LOOK_SECONDS = 0.1

HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    b"POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 60000\r\n\r\n{"
)
KINDS = {"silent sockets": b"", "half heads": HEAD, "slow bodies": BODY}


@dataclass
class Beside:
    """What others saw meanwhile: seconds of each /health and text, and how many failed."""

    health: list[float] = field(default_factory=list)
    texts: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many requests that was."""
        return len(self.health) + len(self.texts) + len(self.failed)


def measure(place: Workplace) -> list[Figure]:
    """One crowd of each kind, then all kinds beyond the descriptors."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    figures = []
    # The server inherits the limit that holds when it is started.
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(DESCRIPTORS, most), most))
    limit = str(LIMIT_SECONDS)
    with running(place.service("slow-clients", WORKERS, CLIENT_TIMEOUT_SECONDS=limit)) as server:
        server.ready(WORKERS)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        crowds = {f"{MANY} {kind}": [start] * MANY for kind, start in KINDS.items()}
        together = min(MOST, most - DESCRIPTORS)
        crowds[f"{together} of all kinds"] = [*KINDS.values()] * (together // len(KINDS))
        for name, starts in crowds.items():
            print(f"slow clients: {name}", flush=True)
            figures += asyncio.run(_crowd(server, name, starts))
    return figures


async def _crowd(server: Server, name: str, starts: list[bytes]) -> list[Figure]:
    began, beside = time.perf_counter(), Beside()
    over = asyncio.Event()
    looking = asyncio.create_task(_look(server.port, beside, over))
    holding = [asyncio.create_task(_hold(server.port, start)) for start in starts]
    done, left = await asyncio.wait(holding, timeout=LIMIT_SECONDS + MARGIN_SECONDS)
    seconds = time.perf_counter() - began
    for each in left:
        each.cancel()
    over.set()
    await looking
    answered = beside.asked - len(beside.failed)
    return [
        all_of(f"{name}: ended by the service", len(done), len(starts)),
        Figure(f"{name}: the last one ended after", f"{seconds:.1f} s"),
        all_of(f"{name}: health and texts answered beside", answered, beside.asked),
        Figure(f"{name}: health p99, worst", _milliseconds(beside.health)),
        Figure(f"{name}: text p99, worst", _milliseconds(beside.texts)),
        *(Figure(f"{name}: failed", failure) for failure in sorted(set(beside.failed))),
    ]


async def _hold(port: int, start: bytes) -> None:
    """Keep a connection until the server ends it: silent, or with one more byte now and then."""
    with contextlib.suppress(ConnectionError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(start)
            ended = asyncio.ensure_future(reader.read())
            while not ended.done():
                await asyncio.wait([ended], timeout=DRIP_SECONDS)
                if start and not ended.done():
                    writer.write(b"x")
            await ended
        finally:
            writer.close()


async def _look(port: int, beside: Beside, over: asyncio.Event) -> None:
    """Ask for health and for a text, each on a connection of its own, until it is over."""
    while not over.is_set():
        for method, path, body, seconds in (
            ("GET", "/health", None, beside.health),
            ("POST", "/generate", {"prompt": "Hello", "max_length": 10}, beside.texts),
        ):
            try:
                answer = await ask_once(port, method, path, body)
            except (OSError, EOFError, TimeoutError) as error:
                beside.failed.append(f"{path}: {type(error).__name__}")
                continue
            if answer.status == 200:
                seconds.append(answer.seconds)
            else:
                beside.failed.append(f"{path}: {answer.status}")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), LOOK_SECONDS)


def _milliseconds(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    return f"{percentile(seconds, 99) * 1000:.1f}, {max(seconds) * 1000:.1f} ms"

"""Who takes turns in `bench.speed`: servers asked over HTTP, and loops without it."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.bare import Bare, bare
from bench.clients import Answer, ask_once, ask_together
from bench.errors import BenchError
from bench.prompts import NEW_TOKENS, Counter, prompts
from bench.servers import Server, Workplace, running

TOGETHER = 16
CORES = 2
#: Staggered: a client begins so long after the one before, about a step of the engine, and asks so
#: many times in a row. So texts come and go one by one, and as many as at once are in work nearly
#: all of the time.
GAP_SECONDS = 0.025
TIMES = 3
PRECISIONS = ("fp32", "int8")


@dataclass(frozen=True)
class Shape:
    """What a service computes in, and how it uses the cores: workers, and threads of each."""

    precision: str
    workers: int
    threads: int


#: The shape of `docker-compose.yml`, measured beside what is fastest.
SPREAD = "fp32, two workers"
#: Of each precision what is fastest on two cores (`docs/explanation/batching.md`): in fp32 reading
#: the weights takes the time, and one worker reads them once for all; in int8 it does not.
SHAPES = {
    "fp32": Shape("fp32", workers=1, threads=2),
    "int8": Shape("int8", workers=2, threads=1),
    SPREAD: Shape("fp32", workers=2, threads=1),
}
#: One text: who is asked, beside transformers' `generate` with so many threads (0: as torch likes).
ALONE = {"both cores": ("fp32", 0), "one core": (SPREAD, 1)}


@dataclass(frozen=True)
class Burst:
    """Texts that were asked for together."""

    tokens: int
    seconds: float
    answers: Sequence[Answer] = ()

    @property
    def speed(self) -> float:
        """Tokens a second, from the first request to the last answer."""
        return self.tokens / self.seconds


Turn = Callable[[], Burst]


@dataclass(frozen=True)
class Contestants:
    """Everything that is there at once; nothing of it works outside of its turn."""

    tutorial: Server
    services: dict[str, Server]
    # One for each core; the first has transformers' `generate` too.
    loops: Sequence[Bare]
    counter: Counter

    def turns(self) -> dict[str, Turn]:
        """One turn of each kind, by its name."""
        turns: dict[str, Turn] = {}
        for when, gap, times in (("at once", 0.0, 1), ("staggered", GAP_SECONDS, TIMES)):
            turns[f"tutorial {when}"] = partial(self._tutorial, gap, times)
            for name in PRECISIONS:
                turns[f"{name} {when}"] = partial(self._service, name, TOGETHER, gap, times)
            if not gap:
                turns[SPREAD] = partial(self._service, SPREAD, TOGETHER)
                for name in PRECISIONS:
                    turns[f"loop {name}"] = partial(self._loop, name)
                turns["streams"] = partial(self._service, "fp32", TOGETHER, stream=True)
                for name, (service, threads) in ALONE.items():
                    turns[f"alone, {name}"] = partial(self._service, service, 1)
                    turns[f"generate, {name}"] = partial(self._generate, threads)
        return turns

    def warm(self) -> None:
        """Let everything work once."""
        tutorial, counter = self.tutorial, self.counter
        self._tokens_of_tutorial()
        asyncio.run(ask_together(tutorial.port, _bodies(counter, 4, new_tokens=2)))
        for service in self.services.values():
            asyncio.run(ask_together(service.port, _bodies(counter, TOGETHER, new_tokens=8)))
        for name in PRECISIONS:
            self._loop(name)
        for _, threads in ALONE.values():
            self._generate(threads)

    def roofline(self) -> float:
        """Tokens a second that the cores of all workers can make at most, in fp32."""
        return sum(_together(self.loops, "roofline")[0])

    def _tutorial(self, gap: float, times: int) -> Burst:
        before = self._tokens_of_tutorial()
        burst = _burst(self.tutorial, _bodies(self.counter, TOGETHER), gap, times)
        return _checked(self._tokens_of_tutorial() - before, TOGETHER * times, burst)

    def _tokens_of_tutorial(self) -> int:
        return int(asyncio.run(ask_once(self.tutorial.port, "GET", "/tokens")).json())

    def _service(
        self, name: str, count: int, gap: float = 0.0, times: int = 1, **fields: Any
    ) -> Burst:
        burst = _burst(self.services[name], _bodies(self.counter, count, **fields), gap, times)
        return _checked(sum(map(_completion_tokens, burst.answers)), count * times, burst)

    def _loop(self, name: str) -> Burst:
        shape = SHAPES[name]
        order = f"{name} {TOGETHER // shape.workers} {shape.threads}"
        counts, seconds = _together(self.loops[: shape.workers], order)
        return _checked(int(sum(counts)), TOGETHER, Burst(0, seconds))

    def _generate(self, threads: int) -> Burst:
        counts, seconds = _together(self.loops[:1], f"generate 1 {threads}")
        return _checked(int(sum(counts)), 1, Burst(0, seconds))


@contextmanager
def contestants(place: Workplace) -> Iterator[Contestants]:
    """Start everything; it ends with the block."""
    with ExitStack() as stack:
        folder = place.checkpoint
        tutorial = stack.enter_context(running(place.tutorial()))
        services = {
            name: stack.enter_context(running(_service(place, name, shape)))
            for name, shape in SHAPES.items()
        }
        ways = [(*PRECISIONS, "generate"), *[PRECISIONS] * (CORES - 1)]
        loops = [stack.enter_context(bare(folder, *names)) for names in ways]
        print("speed: starting", flush=True)
        tutorial.ready()
        for name, server in services.items():
            server.ready(SHAPES[name].workers)
        for process in loops:
            process.answer()
        yield Contestants(tutorial, services, loops, Counter(folder))


def _service(place: Workplace, name: str, shape: Shape) -> Server:
    threads = str(shape.threads)
    return place.service(name, shape.workers, PRECISION=shape.precision, THREADS=threads)


def _bodies(
    counter: Counter, count: int, new_tokens: int = NEW_TOKENS, **fields: Any
) -> list[dict[str, Any]]:
    return [
        {"prompt": prompt, "max_length": counter.length(prompt, new_tokens), **fields}
        for prompt in prompts(count)
    ]


def _burst(server: Server, bodies: list[dict[str, Any]], gap: float, times: int) -> Burst:
    answers = asyncio.run(ask_together(server.port, bodies, gap, times))
    end = max(answer.began + answer.seconds for answer in answers)
    return Burst(0, end - min(answer.began for answer in answers), answers)


def _checked(tokens: int, count: int, burst: Burst) -> Burst:
    """The burst with what was really made, which must be what was asked for."""
    if tokens != count * NEW_TOKENS:
        raise BenchError(f"{tokens} tokens were made where {count * NEW_TOKENS} were asked for")
    return Burst(tokens, burst.seconds, burst.answers)


def _completion_tokens(answer: Answer) -> int:
    return int(answer.record()["usage"]["completion_tokens"])


def _together(processes: Sequence[Bare], order: str) -> tuple[list[float], float]:
    """Results of processes that work at the same time, and the seconds until the last."""
    began = time.perf_counter()
    for process in processes:
        process.tell(order)
    return [process.answer() for process in processes], time.perf_counter() - began

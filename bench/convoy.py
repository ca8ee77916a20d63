"""What busy Python in the same process costs a step of the model.

A step calls torch some 400 times, and each call asks for the interpreter's lock. A thread that
computes in Python, as whoever serves pages of the history does, holds it for a switch interval
(`sys.getswitchinterval`) at a time. The same pages made in another process say what is left of that
where only processor and memory are shared.
"""

import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import torch

from bench.errors import BenchError
from bench.figures import Figure, at_most, percentile
from bench.history import filled
from bench.loops import join
from bench.servers import ROOT, Workplace
from gpt2_service.api.schemas import Page, Record
from gpt2_service.engine.batch import NetworkBatch
from gpt2_service.engine.packed import load_packed
from gpt2_service.store.repository import EVERYTHING, History
from gpt2_service.worker import SWITCH_SECONDS

RECORDS = 1_000
PAGE_RECORDS = 100
SLOTS = 16
NEW_TOKENS = 60
#: The first steps read the prompts.
JOINING = 2
#: A turn ends with its texts or after so long: a step may take twenty times what it should.
TURN_SECONDS = 8.0
#: Python's own; the process that measures may have another.
PYTHON_SECONDS = 0.005
#: Of the p99 beside pages of another process.
MOST_RATIO = 2.0

Pages = Callable[[], int]


@dataclass
class Way:
    """Steps beside pages, and how many of those were made meanwhile."""

    beside: Callable[[], AbstractContextManager[Pages]]
    steps: list[float] = field(default_factory=list)
    pages: int = 0
    seconds: float = 0.0

    def turn(self, batch: NetworkBatch) -> None:
        """Run texts once."""
        with self.beside() as pages:
            before, began = pages(), perf_counter()
            self.steps += _steps(batch)
            self.seconds += perf_counter() - began
            self.pages += pages() - before


def measure(place: Workplace, rounds: int) -> list[Figure]:
    """Steps of sixteen texts, alone and beside pages, by turns.

    Raises:
        BenchError: the other process has ended.
    """
    torch.set_num_threads(1)
    database = filled(place.file("convoy.db"), RECORDS)
    batch = load_packed(place.checkpoint, "fp32").batch(SLOTS, 256)
    # As the service does (`server.py`): a collection of all that torch is would stop a step too.
    gc.collect()
    gc.freeze()
    ways = {
        "alone": Way(lambda: nullcontext(lambda: 0)),
        "another process": Way(lambda: _other_process(database)),
        f"a thread, {PYTHON_SECONDS * 1000:g} ms": Way(lambda: _thread(database, PYTHON_SECONDS)),
        f"a thread, {SWITCH_SECONDS * 1000:g} ms": Way(lambda: _thread(database, SWITCH_SECONDS)),
    }
    # Warms up.
    _steps(batch)
    for number in range(rounds):
        for way in list(ways.values())[:: 1 if number % 2 else -1]:
            way.turn(batch)
        print(f"steps: round {number + 1} of {rounds} done", flush=True)
    *_, other, _, thread = (percentile(each.steps, 99) for each in ways.values())
    return [
        *(_figure(name, each) for name, each in ways.items()),
        at_most("p99 of the last over that of another process", thread / other, MOST_RATIO),
    ]


def _figure(name: str, way: Way) -> Figure:
    half, most = (f"p{each} {percentile(way.steps, each) * 1000:.1f} ms" for each in (50, 99))
    rate = f"{len(way.steps)} steps, {way.pages / way.seconds:.0f} pages/s"
    return Figure(f"step of {SLOTS} texts beside pages: {name} ({rate})", f"{half}, {most}")


def _steps(batch: NetworkBatch) -> list[float]:
    """Seconds of each step in which every text gets a token."""
    sequences = join(batch, SLOTS, NEW_TOKENS)
    taken = []
    end = perf_counter() + TURN_SECONDS
    while batch.running and perf_counter() < end:
        began = perf_counter()
        batch.step()
        taken.append(perf_counter() - began)
    for sequence in sequences:
        batch.leave(sequence)
    return taken[JOINING:]


@contextmanager
def _thread(database: Path, switch_seconds: float) -> Iterator[Pages]:
    made: list[None] = []
    over = threading.Event()
    serving = threading.Thread(target=_serve, args=(database, over, lambda: made.append(None)))
    before = sys.getswitchinterval()
    sys.setswitchinterval(switch_seconds)
    serving.start()
    try:
        yield made.__len__
    finally:
        over.set()
        serving.join()
        sys.setswitchinterval(before)


@contextmanager
def _other_process(database: Path) -> Iterator[Pages]:
    command = [sys.executable, "-m", "bench.convoy", str(database)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as serving:

        def pages() -> int:
            assert serving.stdin is not None
            assert serving.stdout is not None
            try:
                serving.stdin.write("how many?\n")
                serving.stdin.flush()
                return int(serving.stdout.readline())
            except (OSError, ValueError) as error:
                raise BenchError("the process that makes pages has ended") from error

        try:
            yield pages
        finally:
            serving.terminate()


def _serve(database: Path, over: threading.Event, made: Callable[[], None]) -> None:
    """Make pages as the API does, one after the other."""
    history = History(database)
    try:
        while not over.is_set():
            found = history.page(PAGE_RECORDS, None, EVERYTHING)
            items = [Record.model_validate(record) for record in found]
            Page(items=items, next_before=None).model_dump_json()
            made()
    finally:
        history.close()


def _main(database: Path) -> None:
    """Make pages, and say how many whenever a line comes."""
    with _thread(database, PYTHON_SECONDS) as pages:
        for _ in sys.stdin:
            print(pages(), flush=True)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))

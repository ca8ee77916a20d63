"""Ways to generate without HTTP, each in a process of its own that measures when it is told to.

Run as `python -m bench.bare FOLDER NAME...`, NAME one of fp32, int8 (the engine), generate
(transformers). A line `NAME COUNT` on stdin generates for so many texts at once and is answered by
the number of tokens; `roofline` by the tokens that one core could make in a second.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bench.errors import BenchError
from bench.servers import ROOT

if TYPE_CHECKING:
    from gpt2_service.engine.linears import Precision

#: GPT-2's layers, width, inner width and vocabulary.
SIZE = (12, 768, 3072, 50257)


class Bare:
    """Such a process, from outside."""

    def __init__(self, folder: Path, names: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.bare", str(folder), *names],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, line: str) -> None:
        """Send an order; `answer` waits for what comes of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def answer(self) -> float:
        """Wait for an order's result; raises BenchError when the process has ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise BenchError("a process of bench.bare has ended; see its lines above")
        return float(line)

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


@contextmanager
def bare(folder: Path, *names: str, threads: int | None = None) -> Iterator[Bare]:
    """A process that generates in these ways, with so many threads; None: as torch comes."""
    environment = {} if threads is None else {"OMP_NUM_THREADS": str(threads)}
    process = Bare(folder, names, environment)
    try:
        yield process
    finally:
        process.stop()


def main(folder: Path, names: Sequence[str]) -> None:
    """Answer orders until stdin ends."""
    from transformers.utils import logging

    from bench.loops import engine_batch, transformers_generate
    from bench.roofline import peak_flops, token_flops

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    loops = {}
    for name in names:
        if name == "generate":
            loops[name] = transformers_generate(folder)
        else:
            loops[name] = engine_batch(folder, cast("Precision", name))
    for line in sys.stdin:
        name, _, count = line.strip().partition(" ")
        if name == "roofline":
            print(peak_flops() / token_flops(*SIZE), flush=True)
        else:
            print(loops[name](int(count)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

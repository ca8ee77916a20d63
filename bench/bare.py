"""Ways to generate without HTTP, in a process of their own that measures when it is told to.

Run as `python -m bench.bare FOLDER NAME...`, NAME one of fp32, int8 (the engine), generate
(transformers). A line `NAME COUNT [THREADS]` on stdin generates for so many texts at once, with as
many threads as torch takes by itself when THREADS is 0, and is answered by the number of tokens;
`roofline` by the tokens that one core could make in a second.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
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

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.bare", str(folder), *names],
            cwd=ROOT,
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
def bare(folder: Path, *names: str) -> Iterator[Bare]:
    """A process that generates in these ways; the first answer is 0, when it is ready."""
    process = Bare(folder, names)
    try:
        yield process
    finally:
        process.stop()


def main(folder: Path, names: Sequence[str]) -> None:
    """Answer orders until stdin ends."""
    import torch
    from transformers.utils import logging

    from bench.loops import engine_batch, transformers_generate
    from bench.roofline import peak_flops, token_flops

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    usual = torch.get_num_threads()
    loops = {}
    for name in names:
        if name == "generate":
            loops[name] = transformers_generate(folder)
        else:
            loops[name] = engine_batch(folder, cast("Precision", name))
    print(0, flush=True)
    for line in sys.stdin:
        name, count, threads = [*line.split(), "1", "1"][:3]
        torch.set_num_threads(int(threads) or usual)
        if name == "roofline":
            print(peak_flops() / token_flops(*SIZE), flush=True)
        else:
            print(loops[name](int(count)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

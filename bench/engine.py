"""Tokens per CPU-second of one core without HTTP: the engine beside transformers' `generate`.

Run as `python -m bench.engine [FOLDER]`. CPU time, so that others on the machine disturb little;
contenders take turns, and medians are printed.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import torch

from bench.checkpoint import make_checkpoint
from bench.loops import Loop, engine_batch, transformers_generate
from bench.roofline import peak_flops, token_flops

ROUNDS = 5
TOGETHER = (16, 1)


def measure(loops: dict[str, Loop], counts: Sequence[int]) -> dict[tuple[str, int], float]:
    """Return the median tokens per CPU-second of every loop and count."""
    speeds: dict[tuple[str, int], list[float]] = {}
    for turn in range(ROUNDS + 1):
        for count in counts:
            for name, loop in loops.items():
                started = time.process_time()
                tokens = loop(count)
                speed = tokens / (time.process_time() - started)
                # The first turn warms caches up.
                if turn:
                    speeds.setdefault((name, count), []).append(speed)
    return {key: median(values) for key, values in speeds.items()}


def main(folder: Path) -> None:
    """Print one table."""
    torch.set_num_threads(1)
    make_checkpoint(folder)
    loops = {
        "transformers generate": transformers_generate(folder),
        "engine fp32": engine_batch(folder, "fp32"),
        "engine bf16": engine_batch(folder, "bf16"),
        "engine int8": engine_batch(folder, "int8"),
    }
    peaks = [peak_flops()]
    speeds = measure(loops, TOGETHER)
    peaks.append(peak_flops())
    roofline = max(peaks) / token_flops(12, 768, 3072, 50257)
    print(f"fp32 roofline of one core: {roofline:.0f} tokens/s ({max(peaks) / 1e9:.0f} GFLOP/s)")
    print("tokens per CPU-second      " + "".join(f"{count:>4} at once" for count in TOGETHER))
    for name in loops:
        cells = "".join(f"{speeds[name, count]:12.1f}" for count in TOGETHER)
        share = speeds[name, TOGETHER[0]] / roofline
        print(f"{name:<25}{cells}   {share:5.0%} of the fp32 roofline")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(Path(scratch))

"""Tokens per CPU-second of one core without HTTP: the engine beside transformers' `generate`.

Run as `python -m bench.engine`; see README.md. CPU time, so that others on the machine disturb
little; contenders take turns, and medians are printed.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import torch

from bench.checkpoint import make_checkpoint
from bench.loops import Loop, engine_batch, engine_steps, transformers_generate
from bench.roofline import linear_layers, peak_flops, token_flops
from gpt2_service.engine.linears import Precision

ROUNDS = 5
TOGETHER = (16, 1)
ROWS = (16, 32)


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


def shares(folder: Path, precision: Precision) -> None:
    """Print what a step takes, beside its linear layers alone."""
    steps, layers = engine_steps(folder, precision, max(ROWS)), linear_layers(folder, precision)
    taken: dict[int, list[float]] = {rows: [] for rows in ROWS}
    alone: dict[int, list[float]] = {rows: [] for rows in ROWS}
    for turn in range(ROUNDS + 1):
        for rows in ROWS:
            ours = steps(rows)
            theirs = [_seconds(partial(layers, rows)) for _ in ours]
            # The first turn warms caches up.
            if turn:
                taken[rows] += ours
                alone[rows] += theirs
    for rows in ROWS:
        step, linear = (median(each[rows]) * 1000 for each in (taken, alone))
        print(
            f"step of {rows} rows, {precision}: {step:.1f} ms, "
            f"its linear layers alone {linear:.1f} ms: {linear / step:.0%}"
        )


def _seconds(call: Callable[[], object]) -> float:
    began = time.thread_time()
    call()
    return time.thread_time() - began


def main(folder: Path) -> None:
    """Print one table."""
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="keep the checkpoint here")
    parser.add_argument("--steps", action="store_true", help="only what a step takes")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = make_checkpoint(chosen.folder or Path(scratch))
        shares(folder, "fp32")
        if not chosen.steps:
            main(folder)

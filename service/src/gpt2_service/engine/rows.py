"""Which batch sizes a model is called with.

Not with every size, for two reasons. A kernel may add the same products in another order when it
gets more or fewer rows: floating point sums then differ in their last bit, and a sampled text may
go another way. oneDNN's kernels for packed weights keep the order from a few rows on, but no manual
promises that, so it is tried with the model's own matrices whenever a model is loaded.

And oneDNN makes and keeps a kernel for every shape that it is given
(https://uxlfoundation.github.io/oneDNN/dev_guide_primitive_cache.html): half a millisecond and 0.6
megabytes. A few sizes, tried before the process forks, are there from the start and shared by all
workers.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import Tensor

# A size has so many binary digits before its zeros: 4, 5, 6, 7, 8, 10, 12, 14, 16, 20 and so on.
# So at most a fifth of a larger batch is filling.
DIGITS = 3
# Fewer rows take oneDNN's kernels longer than these.
SMALLEST = 4
# Layers that are tried at a time.
SIDE_BY_SIDE = 2


@dataclass(frozen=True, slots=True)
class Trial:
    """A layer as a step calls it, with the width and the largest number of its rows."""

    layer: Callable[[Tensor], Tensor]
    inputs: int
    largest_rows: int


def round_up(rows: int) -> int:
    """Return the smallest size that holds so many rows."""
    grain = 1 << max(0, rows.bit_length() - DIGITS)
    return max(SMALLEST, -(-rows // grain) * grain)


def smallest_safe_batch(trials: Sequence[Trial]) -> int:
    """Try every size; return the one from which on no layer's results depend on it.

    At worst it is the largest: then all batches have one size. Layers are tried in threads, in the
    order in which they come, each with as many of torch's as the caller has; none is left, for the
    process may fork afterwards.
    """
    threads = torch.get_num_threads()
    side_by_side = SIDE_BY_SIDE if threads == 1 else 1
    with ThreadPoolExecutor(side_by_side, "trial", torch.set_num_threads, (threads,)) as pool:
        return max(pool.map(_smallest_safe, trials))


def _smallest_safe(trial: Trial) -> int:
    smallest = SMALLEST
    largest = round_up(trial.largest_rows)
    generator = torch.Generator().manual_seed(0)
    with torch.inference_mode():
        rows = torch.randn((largest, trial.inputs), generator=generator)
        whole = trial.layer(rows)
        for size in _sizes_below(largest):
            if not torch.equal(trial.layer(rows[:size]), whole[:size]):
                smallest = round_up(size + 1)
    return smallest


def _sizes_below(largest: int) -> Iterator[int]:
    size = SMALLEST
    while size < largest:
        yield size
        size = round_up(size + 1)

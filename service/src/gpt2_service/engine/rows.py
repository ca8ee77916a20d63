"""Which batch sizes a row's result does not depend on, tried on this processor.

A kernel may add the same products in another order when it gets more or fewer rows: floating point
sums then differ in their last bit, and a sampled text may go another way. oneDNN's kernels for
packed weights keep the order from a few rows on, but no manual promises that, so it is tried with
the model's own matrices whenever a model is loaded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

# Batches are filled up to the first of these that is safe.
FLOORS = (1, 4, 8, 16)
# Sizes that stand for all: every path through a kernel that handles rows in groups.
TRIED_ROWS = (1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 31, 47, 64, 81)


@dataclass(frozen=True, slots=True)
class Trial:
    """A layer as a step calls it, with the width and the largest number of its rows."""

    layer: Callable[[Tensor], Tensor]
    inputs: int
    largest_rows: int


def smallest_safe_batch(trials: Sequence[Trial], device: torch.device | None = None) -> int:
    """Return the batch size from which on no layer's results depend on it.

    When none of FLOORS is safe, every batch has to be filled up to the largest number of rows that
    any layer gets: then all have the same size.
    """
    unsafe = 0
    with torch.inference_mode():
        for trial in trials:
            shape = trial.largest_rows, trial.inputs
            rows = torch.randn(shape, generator=torch.Generator().manual_seed(0))
            rows = rows.to(device or "cpu")
            whole = trial.layer(rows)
            sizes = [size for size in TRIED_ROWS if unsafe < size < trial.largest_rows]
            differing = [
                size for size in sizes if not torch.equal(trial.layer(rows[:size]), whole[:size])
            ]
            unsafe = max([unsafe, *differing])
    largest = max(trial.largest_rows for trial in trials)
    return next((floor for floor in FLOORS if floor > unsafe), largest)

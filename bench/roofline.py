"""What one core can do at most: products of the model's own shapes, as large as it likes them."""

import time

import torch

# So many rows that reading the weights takes no time beside the arithmetic.
ROWS = 256
INPUTS, OUTPUTS = 768, 3072
REPEATS = 4


def peak_flops() -> float:
    """Return the floating point operations per CPU-second of oneDNN's packed fp32 product."""
    with torch.inference_mode():
        weight = torch.ops.mkldnn._reorder_linear_weight(torch.randn(OUTPUTS, INPUTS), ROWS)
        rows = torch.randn(ROWS, INPUTS)
        best = 0.0
        for _ in range(REPEATS):
            started = time.thread_time()
            for _ in range(10):
                torch.ops.mkldnn._linear_pointwise(rows, weight, None, "none", [], "")
            best = max(best, 10 / (time.thread_time() - started))
    return best * 2 * ROWS * INPUTS * OUTPUTS


def token_flops(layers: int, width: int, inner: int, vocabulary: int) -> int:
    """Return the operations of all linear layers for one token; attention is left out."""
    layer = width * 3 * width + width * width + 2 * width * inner
    return 2 * (layers * layer + width * vocabulary)

"""Linear layers prepared for a few rows at a time.

GPT-2 computes almost only products of a few rows (one per sequence and step) with large constant
matrices. oneDNN is fastest when those are laid out once in the order in which its kernels read
them ("packed"), and when the activation or the addition that follows is part of the same kernel.

Every class here takes float32 rows `[rows, inputs]`, returns float32 rows `[rows, outputs]`, and
computes a row from that row alone. `docs/explanation/batching.md` says why that matters;
`rows.smallest_safe_batch` tries it.
"""

from collections.abc import Callable
from functools import cache
from typing import Literal, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from gpt2_service.errors import StartupError

Precision = Literal["fp32", "bf16", "int8"]

# The rows that packing plans for; any number may come. oneDNN lays weights out differently for
# fewer than 16 rows, which is slower for 16.
PLANNED_ROWS = 16
# The largest magnitude of a signed byte; -128 is left out so that the scale is symmetric.
INT8_MAX = 127
# The largest weight with which two products of bytes fit into the 16 bits in which processors
# without VNNI add them (https://uxlfoundation.github.io/oneDNN/dev_guide_int8_computations.html).
INT8_MAX_WITHOUT_VNNI = 63
# VNNI multiplies unsigned with signed bytes: activations are shifted by this.
UINT8_ZERO = 128
# More floats than any processor's vector holds. What is left over after whole vectors is computed
# by other code, whose last bit may differ.
WHOLE_VECTORS = 32


class Linear(Protocol):
    """`y = x @ weight.T + bias` with what follows it in a transformer block."""

    def __call__(self, rows: Tensor) -> Tensor: ...

    def gelu(self, rows: Tensor) -> Tensor:
        """Apply GELU (tanh approximation, transformers' `gelu_new`) to the result."""

    def add(self, rows: Tensor, residual: Tensor) -> Tensor:
        """Add `residual` to the result."""


class PlainLinear:
    """PyTorch's own linear, where there is no oneDNN; results depend on the batch size."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight = weight.contiguous()
        self._bias = bias

    def __call__(self, rows: Tensor) -> Tensor:
        return functional.linear(rows, self._weight, self._bias)

    def gelu(self, rows: Tensor) -> Tensor:
        return functional.gelu(self(rows), approximate="tanh")

    def add(self, rows: Tensor, residual: Tensor) -> Tensor:
        return self(rows).add_(residual)


class PackedLinear:
    """float32 weights in oneDNN's own layout."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight, PLANNED_ROWS)
        self._bias = bias

    def __call__(self, rows: Tensor) -> Tensor:
        return _pointwise(rows, self._weight, self._bias, "none", "")

    def gelu(self, rows: Tensor) -> Tensor:
        return _pointwise(rows, self._weight, self._bias, "gelu", "tanh")

    def add(self, rows: Tensor, residual: Tensor) -> Tensor:
        return torch.ops.mkldnn._linear_pointwise.binary(
            rows, residual, self._weight, self._bias, "add"
        )


class BFloat16Linear:
    """bfloat16 weights and inputs, summed in float32, results rounded to bfloat16."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight.bfloat16(), PLANNED_ROWS)
        self._bias = None if bias is None else bias.bfloat16()

    def __call__(self, rows: Tensor) -> Tensor:
        return self._product(rows, "none", "").float()

    def gelu(self, rows: Tensor) -> Tensor:
        return self._product(rows, "gelu", "tanh").float()

    def add(self, rows: Tensor, residual: Tensor) -> Tensor:
        return residual + self._product(rows, "none", "")

    def _product(self, rows: Tensor, after: str, variant: str) -> Tensor:
        return _pointwise(rows.bfloat16(), self._weight, self._bias, after, variant)


class Int8Linear:
    """Signed bytes with one scale per output, rows as unsigned bytes with one scale per row.

    The scale of a row is taken from that row when it comes ("dynamic quantization", but per row,
    not per batch as in `torch.ao.nn.quantized.dynamic`). The products are summed as integers,
    which is exact in any order.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        # Packing reads memory in order, whatever the strides say.
        weight = weight.contiguous()
        largest = weight.abs().amax(1).clamp_(min=torch.finfo(torch.float32).tiny)
        self._scale = largest / (INT8_MAX_WITHOUT_VNNI if _saturates() else INT8_MAX)
        quantized = (weight / self._scale[:, None]).round_().to(torch.int8)
        self._weight = torch.ops.onednn.qlinear_prepack(quantized, None)
        self._zero = torch.zeros(weight.shape[0], dtype=torch.int64)
        self._bias = bias

    def __call__(self, rows: Tensor) -> Tensor:
        product, scale = self._product(rows)
        return product.mul_(scale) if self._bias is None else product.mul_(scale).add_(self._bias)

    def gelu(self, rows: Tensor) -> Tensor:
        result = self(rows)
        left_over = -result.numel() % WHOLE_VECTORS
        filled = functional.pad(result.flatten(), (0, left_over)) if left_over else result
        return (
            functional.gelu(filled, approximate="tanh").flatten()[: result.numel()].view_as(result)
        )

    def add(self, rows: Tensor, residual: Tensor) -> Tensor:
        return self(rows).add_(residual)

    def _product(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return the product up to the rows' scales, and those scales `[rows, 1]`."""
        scale = rows.abs().amax(1, keepdim=True).clamp_(min=1e-30).div_(INT8_MAX)
        # Conversion to an integer truncates: the half makes it round.
        shifted = (rows / scale).add_(UINT8_ZERO + 0.5).to(torch.uint8)
        return _bytes_product(shifted, self._weight, self._scale, self._zero), scale


def packer(precision: Precision) -> Callable[[Tensor, Tensor | None], Linear]:
    """Return what turns a weight `[outputs, inputs]` and a bias into a layer.

    Raises StartupError when this build of PyTorch cannot compute in that precision.
    """
    packs = torch.backends.mkldnn.is_available()
    if precision == "fp32":
        return PackedLinear if packs else PlainLinear
    if not packs:
        raise StartupError(
            f"PRECISION: {precision!r} needs oneDNN, which this build of torch lacks"
        )
    return BFloat16Linear if precision == "bf16" else Int8Linear


def _pointwise(rows: Tensor, weight: Tensor, bias: Tensor | None, after: str, how: str) -> Tensor:
    """Multiply rows with a packed weight, and apply what comes `after`, in one kernel."""
    return torch.ops.mkldnn._linear_pointwise.default(rows, weight, bias, after, [], how)


@cache
def _saturates() -> bool:
    """Whether this processor loses bits of a product of large bytes, as it does without VNNI."""
    inputs = outputs = 2 * PLANNED_ROWS
    weight = torch.full((outputs, inputs), INT8_MAX, dtype=torch.int8)
    rows = torch.full((PLANNED_ROWS, inputs), UINT8_ZERO + INT8_MAX, dtype=torch.uint8)
    packed = torch.ops.onednn.qlinear_prepack(weight, None)
    zero = torch.zeros(outputs, dtype=torch.int64)
    product = _bytes_product(rows, packed, torch.ones(outputs), zero)
    return bool((product != inputs * INT8_MAX**2).any())


def _bytes_product(rows: Tensor, weight: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
    """Multiply shifted rows with packed weights; `scale` and `zero` are the weights'."""
    return torch.ops.onednn.qlinear_pointwise.default(
        rows, 1.0, UINT8_ZERO, weight, scale, zero, None, 1.0, 0, torch.float32, "none", [], ""
    )

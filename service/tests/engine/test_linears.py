"""Linear layers: what they compute, and from what."""

import runpy
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional

from gpt2_service.engine import linears
from gpt2_service.engine.batch import PROMPT_TOKENS_PER_STEP
from gpt2_service.engine.linears import Linear, PlainLinear, Precision, packer
from gpt2_service.engine.rows import Trial, round_up, smallest_safe_batch
from gpt2_service.errors import StartupError

from .precisions import COMPUTED

#: Rows of the largest step.
LARGEST = 16 + PROMPT_TOKENS_PER_STEP
TOLERANCE = {"fp32": 1e-5, "bf16": 2e-2, "int8": 3e-2}


def layer(precision: Precision, inputs: int = 64, outputs: int = 96) -> tuple[Linear, torch.Tensor]:
    torch.manual_seed(0)
    # As transformers' Conv1D holds it: the transpose is not contiguous.
    weight = torch.randn(inputs, outputs).t() / inputs**0.5
    bias = torch.randn(outputs)
    return packer(precision)(weight, bias), torch.cat([weight, bias[:, None]], 1)


def close(result: torch.Tensor, exact: torch.Tensor, precision: Precision) -> bool:
    return bool((result - exact).norm() <= TOLERANCE[precision] * exact.norm())


@pytest.mark.parametrize("precision", COMPUTED)
def test_layers_compute_the_product(precision: Precision) -> None:
    """With bias, with GELU, and added to what there was."""
    linear, matrix = layer(precision)
    rows, residual = torch.randn(9, 64), torch.randn(9, 96)
    with torch.inference_mode():
        exact = functional.linear(rows, matrix[:, :-1], matrix[:, -1])
        assert close(linear(rows), exact, precision)
        assert close(linear.gelu(rows), functional.gelu(exact, approximate="tanh"), precision)
        assert close(linear.add(rows, residual), exact + residual, precision)


def test_a_layer_without_packing_computes_the_product() -> None:
    """What is used without oneDNN agrees with the packed layer."""
    packed, matrix = layer("fp32")
    plain = PlainLinear(matrix[:, :-1], matrix[:, -1])
    rows, residual = torch.randn(9, 64), torch.randn(9, 96)
    with torch.inference_mode():
        assert close(plain(rows), packed(rows), "fp32")
        assert close(plain.gelu(rows), packed.gelu(rows), "fp32")
        assert close(plain.add(rows, residual), packed.add(rows, residual), "fp32")


def test_a_build_without_onednn_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS: its operations, which are not even there, are not looked for."""
    for name in ("mkldnn", "onednn"):
        monkeypatch.setattr(torch.ops, name, SimpleNamespace())
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    module = runpy.run_path(linears.__file__)
    assert module["packer"]("fp32") is module["PlainLinear"]
    with pytest.raises(StartupError, match="needs oneDNN"):
        module["packer"]("int8")


def test_int8_keeps_the_largest_products() -> None:
    """A processor without VNNI adds pairs of them in 16 bits, which is too few for full bytes."""
    weight, rows = torch.ones(96, 64), torch.ones(9, 64)
    with torch.inference_mode():
        result = packer("int8")(weight, None)(rows)
    assert torch.allclose(result, torch.full((9, 96), 64.0), rtol=1e-4)


def test_int8_scales_every_row_by_itself() -> None:
    """A large row does not spoil the others, and a row of zeros gives the bias."""
    linear, matrix = layer("int8")
    rows = torch.randn(4, 64)
    rows[1] *= 1e6
    rows[2] = 0
    with torch.inference_mode():
        together = linear(rows)
        assert torch.equal(together[0], linear(rows[:1])[0])
        assert torch.allclose(together[2], matrix[:, -1])


@pytest.mark.parametrize("precision", COMPUTED)
@pytest.mark.parametrize(("inputs", "outputs"), [(768, 2304), (3072, 768), (128, 1000)])
def test_rows_do_not_depend_on_the_batch(precision: Precision, inputs: int, outputs: int) -> None:
    """From the batch size that was found on, every size and place gives the same bits."""
    linear, _ = layer(precision, inputs, outputs)
    rows = torch.randn(LARGEST, inputs)
    with torch.inference_mode():
        for after in (linear, linear.gelu):
            floor = smallest_safe_batch([Trial(after, inputs, LARGEST)])
            assert floor < LARGEST
            whole = after(rows)
            assert torch.equal(after(rows.flip(0)).flip(0), whole)
            for size in {round_up(count) for count in range(floor, LARGEST)}:
                assert torch.equal(after(rows[:size]), whole[:size])


def test_a_size_holds_its_rows_and_little_more() -> None:
    """There are few sizes, and only the smallest is more than a fifth filling."""
    counts = range(1, LARGEST + 1)
    assert all(rows <= round_up(rows) <= max(4, 1.25 * rows) for rows in counts)
    assert {round_up(rows) for rows in range(1, 17)} == {4, 5, 6, 7, 8, 10, 12, 14, 16}
    assert len({round_up(rows) for rows in counts}) == 20


class Unsafe:
    """A layer whose results depend on the batch below a size."""

    def __init__(self, safe_from: int) -> None:
        self._safe_from = safe_from

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        return rows + 1e-3 * (len(rows) < self._safe_from)

    gelu = __call__

    def add(self, rows: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        return self(rows) + residual


@pytest.mark.parametrize(
    ("safe_from", "floor"), [(1, 4), (4, 4), (5, 5), (9, 10), (17, 20), (LARGEST, LARGEST)]
)
def test_the_smallest_safe_batch_is_found(safe_from: int, floor: int) -> None:
    """Sizes that give other results are left out; when all do, all batches get one size."""
    assert smallest_safe_batch([Trial(Unsafe(safe_from), 8, LARGEST)]) == floor


def test_the_most_demanding_layer_decides() -> None:
    """Whichever comes first, and though it never gets more rows than that."""
    trials = [Trial(Unsafe(8), 8, 8), Trial(Unsafe(5), 8, LARGEST)]
    assert smallest_safe_batch(trials) == smallest_safe_batch(trials[::-1]) == 8

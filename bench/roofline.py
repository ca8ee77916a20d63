"""What one core can do at most.

The compute roof: a product of the model's own shapes, as large as the core likes it. The roof of a
step: all linear layers in turn with as many rows as the step has. Their weights are larger than any
cache, so they are read anew for every step.
"""

import time
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import GPT2LMHeadModel

from gpt2_service.engine.linears import Linear, Precision, packer

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


def linear_layers(folder: Path, precision: Precision) -> Callable[[int], None]:
    """Return what computes all linear layers of a checkpoint in turn, for so many rows.

    They are called as a step calls them: with the activation or the addition that is fused into
    them, each with its own weights.
    """
    model = GPT2LMHeadModel.from_pretrained(folder)
    pack = packer(precision)

    def packed(conv: torch.nn.Module) -> Linear:
        return pack(conv.weight.detach().t(), conv.bias.detach())

    with torch.inference_mode():
        blocks = [
            [packed(conv) for conv in (attn.c_attn, attn.c_proj, mlp.c_fc, mlp.c_proj)]
            for attn, mlp in ((each.attn, each.mlp) for each in model.transformer.h)
        ]
        head = pack(model.lm_head.weight.detach(), None)
    width = model.config.n_embd

    def compute(count: int) -> None:
        with torch.inference_mode():
            rows = torch.ones(count, width)
            for attention_in, attention_out, mlp_in, mlp_out in blocks:
                attention_in(rows)
                attention_out.add(rows, rows)
                mlp_out.add(mlp_in.gelu(rows), rows)
            head(rows)

    return compute

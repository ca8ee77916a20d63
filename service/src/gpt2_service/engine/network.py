"""The forward pass of GPT-2 for many sequences of different lengths at once.

transformers' `GPT2LMHeadModel` loads the weights and defines what is computed
(`transformers.models.gpt2.modeling_gpt2`); this computes the same from packed weights. A step
takes rows, one per token, whichever sequence and position it belongs to: one new token of every
running sequence, and chunks of prompts that are being read. Only attention tells sequences apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from transformers import GPT2Config, GPT2LMHeadModel

from gpt2_service.engine.cache import PromptCache, SlotCache
from gpt2_service.engine.linears import Linear, Precision, packer
from gpt2_service.engine.rows import Trial, round_up, smallest_safe_batch

# Names of the same function in transformers' `ACT2FN`, which oneDNN calls "tanh".
TANH_GELU = ("gelu_new", "gelu_pytorch_tanh", "gelu_fast")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Tokens of a prompt that follow those in `cache`; `last` when none come after them."""

    cache: PromptCache
    tokens: Sequence[int]
    last: bool


@dataclass(frozen=True, slots=True)
class Norm:
    """A layer normalization."""

    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, rows: Tensor) -> Tensor:
        return functional.layer_norm(rows, (rows.shape[1],), self.weight, self.bias, self.epsilon)


@dataclass(frozen=True, slots=True)
class Block:
    """One layer of the transformer."""

    attention_norm: Norm
    attention_in: Linear
    attention_out: Linear
    scale: float
    mlp_norm: Norm
    mlp_in: Linear
    mlp_out: Linear
    # Outputs of mlp_in, inputs of mlp_out.
    inner: int


class Network:
    """GPT-2's weights, packed. Shared by all sequences and, after a fork, by all workers."""

    def __init__(self, model: GPT2LMHeadModel, precision: Precision = "fp32") -> None:
        """Pack the weights of `model`, which is not needed any more afterwards."""
        config = model.config
        pack = packer(precision)
        self.layers: int = config.n_layer
        self.heads: int = config.n_head
        self.width: int = config.n_embd // config.n_head
        self.context_tokens: int = config.n_positions
        with torch.inference_mode():
            self._tokens = model.transformer.wte.weight.detach()
            self.vocabulary_tokens = len(self._tokens)
            self._positions = model.transformer.wpe.weight.detach()
            self._blocks = [
                _block(layer, index, config, pack)
                for index, layer in enumerate(model.transformer.h)
            ]
            self._norm = _norm(model.transformer.ln_f)
            self._head = pack(model.lm_head.weight.detach(), None)
        self._activation = (
            None if config.activation_function in TANH_GELU else (model.transformer.h[0].mlp.act)
        )
        self.smallest_batch = 0
        self._fixed_for = (0, 0, 0)

    def fix_batches(self, slots: int, prompt_tokens: int) -> None:
        """Find the batch size below which no step may be, and have the kernels of all others made.

        Rows of steps for `slots` sequences that read up to `prompt_tokens` tokens of prompts do not
        depend on each other after this. Tried once for such steps and so many threads as torch has.
        """
        steps = slots, prompt_tokens, torch.get_num_threads()
        if self._fixed_for == steps:
            return
        inputs = self._tokens.shape[1]
        block = self._blocks[0]
        rows = slots + prompt_tokens
        self._fixed_for = steps
        self.smallest_batch = smallest_safe_batch(
            [
                # A sequence has one row here. It takes longest, so it comes first.
                Trial(self._head, inputs, slots),
                Trial(block.attention_in, inputs, rows),
                Trial(_added(block.attention_out, inputs), inputs, rows),
                Trial(self._inner(block), inputs, rows),
                Trial(_added(block.mlp_out, inputs), block.inner, rows),
            ]
        )

    def prompt_cache(self, tokens: int) -> PromptCache:
        """Return a cache for a prompt of `tokens` tokens."""
        return PromptCache(self.layers, self.heads, self.width, tokens)

    def slot_cache(self, slots: int, tokens: int) -> SlotCache:
        """Return a cache for `slots` sequences of at most `tokens` tokens."""
        return SlotCache(self.layers, self.heads, self.width, slots, tokens)

    def step(self, newest: Sequence[int], slots: SlotCache, chunks: Sequence[Chunk]) -> Tensor:
        """Move all sequences on.

        `newest` holds the newest token of every slot. Returns logits `[rows, vocabulary]`:
        a row for every slot, then one for every chunk that is the last of its prompt.
        """
        with torch.inference_mode():
            return self._step(newest, slots, chunks)

    def _step(self, newest: Sequence[int], slots: SlotCache, chunks: Sequence[Chunk]) -> Tensor:
        tokens = list(newest)
        positions: list[int] = slots.begin().tolist() if newest else []
        wanted = list(range(len(newest)))
        for chunk in chunks:
            start = chunk.cache.length
            tokens += chunk.tokens
            positions += range(start, start + len(chunk.tokens))
            if chunk.last:
                wanted.append(len(tokens) - 1)
        rows = functional.embedding(self._filled(tokens), self._tokens)
        rows = rows + functional.embedding(self._filled(positions), self._positions)
        for layer, block in enumerate(self._blocks):
            rows = self._layer(layer, block, rows, len(newest), slots, chunks)
        for chunk in chunks:
            chunk.cache.length += len(chunk.tokens)
        if not wanted:
            return rows.new_empty(0, self._tokens.shape[0])
        return self._head(self._norm(rows[self._filled(wanted)]))[: len(wanted)]

    def _filled(self, numbers: list[int]) -> Tensor:
        """Return indices of rows, with more of them up to a size that steps have."""
        size = max(self.smallest_batch, round_up(len(numbers)))
        return torch.tensor(numbers + [0] * (size - len(numbers)))

    def _layer(
        self,
        layer: int,
        block: Block,
        rows: Tensor,
        used: int,
        slots: SlotCache,
        chunks: Sequence[Chunk],
    ) -> Tensor:
        qkv = block.attention_in(block.attention_norm(rows))
        parts = [slots.attend(layer, qkv[:used], block.scale)] if used else []
        start = used
        for chunk in chunks:
            end = start + len(chunk.tokens)
            parts.append(chunk.cache.attend(layer, qkv[start:end], block.scale))
            start = end
        if start < len(rows):
            parts.append(rows.new_zeros(len(rows) - start, rows.shape[1]))
        mixed = parts[0] if len(parts) == 1 else torch.cat(parts)
        rows = block.attention_out.add(mixed, rows)
        return block.mlp_out.add(self._inner(block)(block.mlp_norm(rows)), rows)

    def _inner(self, block: Block) -> Callable[[Tensor], Tensor]:
        """Return the first half of a block's MLP, with its activation."""
        activation = self._activation
        if activation is None:
            return block.mlp_in.gelu
        return lambda rows: activation(block.mlp_in(rows))


def _block(
    layer: torch.nn.Module,
    index: int,
    config: GPT2Config,
    pack: Callable[[Tensor, Tensor | None], Linear],
) -> Block:
    def packed(conv: torch.nn.Module) -> Linear:
        # transformers' Conv1D holds its weight as [inputs, outputs].
        return pack(conv.weight.detach().t(), conv.bias.detach())

    width = config.n_embd // config.n_head
    scale = width**-0.5 if config.scale_attn_weights else 1.0
    if config.scale_attn_by_inverse_layer_idx:
        scale /= index + 1
    return Block(
        attention_norm=_norm(layer.ln_1),
        attention_in=packed(layer.attn.c_attn),
        attention_out=packed(layer.attn.c_proj),
        scale=scale,
        mlp_norm=_norm(layer.ln_2),
        mlp_in=packed(layer.mlp.c_fc),
        mlp_out=packed(layer.mlp.c_proj),
        inner=layer.mlp.c_fc.nf,
    )


def _added(layer: Linear, outputs: int) -> Callable[[Tensor], Tensor]:
    """Return a layer as it is called in a block: added to something."""
    return lambda rows: layer.add(rows, rows.new_zeros(len(rows), outputs))


def _norm(norm: torch.nn.LayerNorm) -> Norm:
    return Norm(norm.weight.detach(), norm.bias.detach(), norm.eps)

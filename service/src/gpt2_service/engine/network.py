"""The forward pass of GPT-2 for many sequences of different lengths at once.

transformers' `GPT2LMHeadModel` defines what is computed (`transformers.models.gpt2.modeling_gpt2`);
this computes the same from packed weights. A step
takes rows, one per token, whichever sequence and position it belongs to: one new token of every
running sequence, and chunks of prompts that are being read. Only attention tells sequences apart.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from transformers import GPT2Config

from gpt2_service.engine.cache import PromptCache, SlotCache
from gpt2_service.engine.checkpoint_reader import HEAD, PREFIX, Checkpoint
from gpt2_service.engine.linears import Linear, Precision, packer
from gpt2_service.engine.rows import Trial, round_up, smallest_safe_batch
from gpt2_service.errors import StartupError

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

    def __init__(self, checkpoint: Checkpoint, precision: Precision = "fp32") -> None:
        """Pack the weights of a checkpoint, which is not needed any more afterwards.

        Raises StartupError for an activation that transformers does not know.
        """
        config, weights = checkpoint.config, checkpoint.weights
        self._activation = _activation(config.activation_function)
        pack = packer(precision)
        self.layers: int = config.n_layer
        self.heads: int = config.n_head
        self.width: int = config.n_embd // config.n_head
        self.context_tokens: int = config.n_positions
        with torch.inference_mode():
            self._tokens = weights[f"{PREFIX}wte.weight"]
            self.vocabulary_tokens = len(self._tokens)
            self._positions = weights[f"{PREFIX}wpe.weight"]
            self._blocks = [_block(weights, layer, config, pack) for layer in range(self.layers)]
            self._norm = _norm(weights, f"{PREFIX}ln_f", config)
            self._head = pack(weights.get(HEAD, self._tokens), None)
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


def _activation(name: str) -> Callable[[Tensor], Tensor] | None:
    """Return the activation of a block's MLP; None for the one that oneDNN computes."""
    if name in TANH_GELU:
        return None
    # Not at the top: with it comes much of transformers, which takes a second.
    from transformers.activations import ACT2FN

    if name not in ACT2FN:
        raise StartupError(f"the model's activation_function {name!r} is not known to transformers")
    activation: Callable[[Tensor], Tensor] = ACT2FN[name]
    return activation


def _block(
    weights: Mapping[str, Tensor],
    layer: int,
    config: GPT2Config,
    pack: Callable[[Tensor, Tensor | None], Linear],
) -> Block:
    place = f"{PREFIX}h.{layer}"

    def packed(name: str) -> Linear:
        # transformers' Conv1D holds its weight as [inputs, outputs].
        return pack(weights[f"{place}.{name}.weight"].t(), weights[f"{place}.{name}.bias"])

    width = config.n_embd // config.n_head
    scale = width**-0.5 if config.scale_attn_weights else 1.0
    if config.scale_attn_by_inverse_layer_idx:
        scale /= layer + 1
    return Block(
        attention_norm=_norm(weights, f"{place}.ln_1", config),
        attention_in=packed("attn.c_attn"),
        attention_out=packed("attn.c_proj"),
        scale=scale,
        mlp_norm=_norm(weights, f"{place}.ln_2", config),
        mlp_in=packed("mlp.c_fc"),
        mlp_out=packed("mlp.c_proj"),
        inner=len(weights[f"{place}.mlp.c_proj.weight"]),
    )


def _added(layer: Linear, outputs: int) -> Callable[[Tensor], Tensor]:
    """Return a layer as it is called in a block: added to something."""
    return lambda rows: layer.add(rows, rows.new_zeros(len(rows), outputs))


def _norm(weights: Mapping[str, Tensor], name: str, config: GPT2Config) -> Norm:
    return Norm(weights[f"{name}.weight"], weights[f"{name}.bias"], config.layer_norm_epsilon)

"""Keys and values of the tokens so far.

A prompt is read into a `PromptCache` of its own. When it is read, the sequence joins the
`SlotCache`, in which all running sequences are attended to together, one new token each.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

# Prompts are read in pieces of this many tokens.
CHUNK_TOKENS = 32
# Positions per block of the slot cache. A step reads whole blocks: larger ones waste reads for
# short sequences, smaller ones cost a call each. Of 16, 32 and 64 this is fastest for texts of 60
# tokens.
BLOCK_TOKENS = 32


class PromptCache:
    """Keys and values of one prompt: `[layers, 2, heads, tokens, width]`."""

    def __init__(self, layers: int, heads: int, width: int, tokens: int) -> None:
        self._store = torch.empty(layers, 2, heads, tokens, width)
        self.length = 0

    def attend(self, layer: int, qkv: Tensor, scale: float) -> Tensor:
        """Add a chunk of the prompt and attend from it.

        `qkv` is `[rows, 3 * heads * width]`, the result `[rows, heads * width]`, with at most
        CHUNK_TOKENS rows. The chunk starts at `length`, which the caller moves on after the last
        layer. It is filled up to that many rows: how torch shares fewer out, and with that the last
        bits, depends on the number of its threads.
        """
        _, _, heads, _, width = self._store.shape
        rows, end = qkv.shape[0], self.length + qkv.shape[0]
        query, key, value = qkv.view(rows, 3, heads, width).permute(1, 2, 0, 3)
        store = self._store[layer]
        store[0, :, self.length : end] = key
        store[1, :, self.length : end] = value
        filled = functional.pad(query, (0, 0, 0, CHUNK_TOKENS - rows))
        mixed = functional.scaled_dot_product_attention(
            filled[None],
            store[0, None, :, :end],
            store[1, None, :, :end],
            attn_mask=self._mask(end) if self.length else None,
            is_causal=not self.length,
            scale=scale,
        )
        return mixed[0, :, :rows].transpose(0, 1).reshape(rows, heads * width)

    def block(self, index: int) -> Tensor:
        """Return what was read of block `index`: `[layers, 2, heads, tokens, width]`."""
        start = index * BLOCK_TOKENS
        return self._store[:, :, :, start : min(start + BLOCK_TOKENS, self.length)]

    def _mask(self, end: int) -> Tensor:
        seen = torch.ones(CHUNK_TOKENS, end, dtype=torch.bool)
        return seen.tril_(self.length)


class SlotCache:
    """Keys and values of all running sequences, which fill the slots `0..used-1`.

    The store is `[layers, blocks, 2, slots, heads, BLOCK_TOKENS, width]`: what a step reads for a
    block is one piece of memory, which is two to three times as fast as a store in which every
    sequence has its longest length in a row. Memory that no sequence reached is not touched, so
    it takes no room.
    """

    def __init__(self, layers: int, heads: int, width: int, slots: int, tokens: int) -> None:
        blocks = -(-tokens // BLOCK_TOKENS)
        shape = (layers, blocks, 2, slots, heads, BLOCK_TOKENS, width)
        # What is masked must be finite, for 0 * nan is nan. NumPy's zeros come from calloc.
        self._store = torch.from_numpy(np.zeros(shape, np.float32))
        self._lengths: list[int] = []
        self._plan: _Plan | None = None

    @property
    def used(self) -> int:
        """How many sequences are running."""
        return len(self._lengths)

    def join(self, prompt: PromptCache) -> None:
        """Give the next slot to a sequence whose prompt was read."""
        slot = len(self._lengths)
        for index in range(-(-prompt.length // BLOCK_TOKENS)):
            block = prompt.block(index)
            self._store[:, index, :, slot, :, : block.shape[3]] = block
        self._lengths.append(prompt.length)

    def clear(self, slot: int) -> None:
        """Forget what a slot holds: it may not be finite, and others will have the slot."""
        blocks = -(-self._lengths[slot] // BLOCK_TOKENS)
        self._store[:, :blocks, :, slot] = 0

    def leave(self, slot: int) -> None:
        """Free a slot; the last sequence moves into it."""
        last = len(self._lengths) - 1
        length = self._lengths.pop()
        if slot == last:
            return
        blocks = -(-length // BLOCK_TOKENS)
        self._store[:, :blocks, :, slot] = self._store[:, :blocks, :, last]
        self._lengths[slot] = length

    def begin(self) -> Tensor:
        """Plan one new token for every slot; returns their positions `[used]`."""
        self._plan = _Plan(self._lengths, self._store)
        self._lengths = [length + 1 for length in self._lengths]
        return self._plan.positions

    def attend(self, layer: int, qkv: Tensor, scale: float) -> Tensor:
        """Add the new tokens and attend from them.

        `qkv` is `[used, 3 * heads * width]`, the result `[used, heads * width]`.
        """
        plan = self._plan
        assert plan is not None
        store = self._store[layer]
        _, _, _, heads, _, width = store.shape
        used = qkv.shape[0]
        qkv = qkv.view(used, 3, heads, width)
        store.view(-1, width).index_copy_(0, plan.targets, qkv[:, 1:].reshape(-1, width))
        query = (qkv[:, 0] * scale).view(used * heads, 1, width)
        scores = store.new_full((used * heads, plan.tokens), -torch.inf)
        for index, slots in enumerate(plan.slots):
            keys = store[index, 0, :slots].view(slots * heads, BLOCK_TOKENS, width)
            start = index * BLOCK_TOKENS
            part = scores[: slots * heads, start : start + BLOCK_TOKENS]
            # This way round MKL is five times as fast as with the keys on the left.
            part.copy_(torch.bmm(query[: slots * heads], keys.transpose(1, 2)).squeeze(1))
        scores.view(used, heads, plan.tokens).add_(plan.mask)
        weights = scores.softmax(1).view(used * heads, 1, plan.tokens)
        mixed = store.new_zeros(used * heads, 1, width)
        for index, slots in enumerate(plan.slots):
            values = store[index, 1, :slots].view(slots * heads, BLOCK_TOKENS, width)
            start = index * BLOCK_TOKENS
            part = weights[: slots * heads, :, start : start + BLOCK_TOKENS]
            mixed[: slots * heads].baddbmm_(part, values)
        return mixed.view(used, heads * width)


class _Plan:
    """What is the same for every layer of one step."""

    def __init__(self, lengths: list[int], store: Tensor) -> None:
        _, _, _, slots, heads, _, _ = store.shape
        self.positions = torch.tensor(lengths)
        # Where the new tokens go, `[used * 2 * heads]`: places in one layer's vectors, of which a
        # key or a value has one for each head.
        first = self.positions // BLOCK_TOKENS * 2 * slots + torch.arange(len(lengths))
        kinds = first[:, None] + torch.arange(2) * slots
        vectors = kinds[:, :, None] * heads + torch.arange(heads)
        places = vectors * BLOCK_TOKENS + (self.positions % BLOCK_TOKENS)[:, None, None]
        self.targets = places.flatten()
        blocks = max(lengths) // BLOCK_TOKENS + 1
        self.tokens = blocks * BLOCK_TOKENS
        # How many slots, from the first, a block is read for.
        self.slots = [
            1 + max(slot for slot, length in enumerate(lengths) if length >= index * BLOCK_TOKENS)
            for index in range(blocks)
        ]
        seen = torch.arange(self.tokens) <= self.positions[:, None]
        self.mask = torch.zeros(len(lengths), 1, self.tokens)
        self.mask.masked_fill_(~seen[:, None], -torch.inf)

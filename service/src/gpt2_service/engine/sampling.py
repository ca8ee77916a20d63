"""From logits to the next token.

The rules are those of transformers' logits processors, in its order: repetition penalty, no end
before the first token, temperature, top-k, top-p
(https://huggingface.co/docs/transformers/internal/generation_utils).
"""

import math
import random
from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from gpt2_service.engine.requests import Sampling

# How often top-p draws before it sorts the whole vocabulary: at most one in `1 / top_p` is expected
# to be needed.
TRIES = 64
# Values that are looked at together to find the largest.
GROUP = 32
# Below this only the likeliest token is ever drawn; division would leave the range of float32.
COLD_TEMPERATURE = 1e-5


class Sampler:
    """Chooses the tokens of one sequence.

    Its random numbers are its own (one per token, from `seed` and `index`), and a row of logits is
    handled by itself: what other sequences do cannot be seen here.
    """

    def __init__(self, sampling: Sampling, seed: int, index: int) -> None:
        self._sampling = sampling
        # A string is hashed by SHA-512, which is the same everywhere and always.
        self._random = random.Random(f"{seed}/{index}")

    def choose(self, logits: Tensor, tokens: Sequence[int], forbidden: Sequence[int]) -> int:
        """Return the next token.

        `logits` is `[vocabulary]` and may be overwritten, `tokens` are those of prompt and
        continuation so far, `forbidden` must not be chosen. Raises ValueError when the largest
        logit is no finite number.
        """
        sampling = self._sampling
        if sampling.repetition_penalty != 1.0:
            _penalize(logits, tokens, sampling.repetition_penalty)
        for token in forbidden:
            logits[token] = -torch.inf
        if sampling.temperature < COLD_TEMPERATURE:
            place = int(logits.argmax())
            _require_finite(logits[place])
            return place
        if 0 < sampling.top_k < len(logits):
            logits, candidates = largest(logits, sampling.top_k)
        else:
            candidates = None
        # The largest becomes 0 first: a quotient may be too large for float32.
        top = logits.max()
        _require_finite(top)
        scores = (logits - top) / sampling.temperature
        place = self._draw(scores.exp_())
        return place if candidates is None else int(candidates[place])

    def _draw(self, weights: Tensor) -> int:
        """Return a place, as likely as its weight says, within the nucleus if there is one.

        The nucleus is the smallest set of the largest weights that holds the share `top_p`
        (Holtzman et al., 2020). Sorting a vocabulary takes milliseconds; what is drawn from all and
        thrown away while it lies outside the nucleus has the same distribution.
        """
        top_p = self._sampling.top_p
        sums = weights.cumsum(0, dtype=torch.float64)
        share = top_p * float(sums[-1])
        # The largest weight known to lie outside: none up to it has to be looked at.
        outside = -1.0
        for _ in range(TRIES):
            place = self._place(sums)
            weight = float(weights[place])
            if top_p >= 1.0:
                return place
            if weight <= outside:
                continue
            if _sum(weights[weights > weight]) < share:
                return place
            outside = weight
        places = (weights > outside).nonzero().flatten()
        sorted_weights, order = weights[places].sort(descending=True)
        sums = sorted_weights.cumsum(0, dtype=torch.float64)
        kept = int((sums < share).sum()) + 1
        return int(places[order[self._place(sums[:kept])]])

    def _place(self, sums: Tensor) -> int:
        """Draw a place from running sums of weights."""
        total = float(sums[-1])
        place = torch.searchsorted(sums, self._random.random() * total, right=True)
        # The product may be rounded up to the total: what comes last and weighs nothing is no
        # place.
        return min(int(place), int(torch.searchsorted(sums, total)))


def _require_finite(largest_logit: Tensor) -> None:
    """Refuse logits by their largest; `max`, `topk` and `argmax` take nan for larger than all."""
    if not math.isfinite(float(largest_logit)):
        raise ValueError("the model's numbers are not finite")


def _sum(values: Tensor) -> float:
    """Add up in one order: `sum` shares many values out to torch's threads."""
    return float(values.cumsum(0, dtype=torch.float64)[-1]) if len(values) else 0.0


def largest(values: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Return the `count` largest of `values` and their places, as `topk` does.

    They lie in those `count` groups whose largest values are the largest, so most of a vocabulary
    is only looked at once. `topk` alone takes four times as long.
    """
    groups = len(values) // GROUP
    if groups <= count:
        best = values.topk(count)
        return best.values, best.indices
    # A group is a column: what lies side by side is compared in one instruction.
    grouped = groups * GROUP
    chosen = values[:grouped].view(GROUP, groups).amax(0).topk(count).indices
    firsts, left_over = _layout(len(values))
    places = torch.cat([(firsts + chosen).flatten(), left_over])
    best = values.index_select(0, places).topk(count)
    return best.values, places.index_select(0, best.indices)


@cache
def _layout(length: int) -> tuple[Tensor, Tensor]:
    """Return the places of the first column of groups `[GROUP, 1]`, and those in no group."""
    groups = length // GROUP
    return torch.arange(0, groups * GROUP, groups)[:, None], torch.arange(groups * GROUP, length)


def _penalize(logits: Tensor, tokens: Sequence[int], penalty: float) -> None:
    """Make tokens that were seen less likely (Keskar et al., CTRL, 2019, section 4.1)."""
    seen = torch.tensor(sorted(set(tokens)))
    scores = logits[seen]
    logits[seen] = torch.where(scores < 0, scores * penalty, scores / penalty)

"""From logits to the next token.

The rules are those of transformers' logits processors, in its order: repetition penalty, no end
before the first token, temperature, top-k, top-p
(https://huggingface.co/docs/transformers/internal/generation_utils).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

# How many of the likeliest tokens top-p looks at before it sorts the whole vocabulary.
LIKELY_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen.

    `temperature` 0 takes the likeliest token; `top_k` 0, `top_p` 1 and `repetition_penalty` 1
    change nothing.
    """

    temperature: float = 1.0
    top_k: int = 50
    top_p: float = 1.0
    repetition_penalty: float = 1.0


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
        continuation so far, `forbidden` must not be chosen.
        """
        sampling = self._sampling
        if sampling.repetition_penalty != 1.0:
            _penalize(logits, tokens, sampling.repetition_penalty)
        for token in forbidden:
            logits[token] = -torch.inf
        if sampling.temperature == 0:
            return int(logits.argmax())
        candidates, scores = self._candidates(logits)
        sums = scores.sub_(scores.max()).exp_().cumsum(0, dtype=torch.float64)
        point = self._random.random() * float(sums[-1])
        place = int(torch.searchsorted(sums, point, right=True))
        # A token whose weight is too small to count is never the last resort.
        last = int(torch.searchsorted(sums, float(sums[-1])))
        place = min(place, last)
        return place if candidates is None else int(candidates[place])

    def _candidates(self, logits: Tensor) -> tuple[Tensor | None, Tensor]:
        """Return the tokens to choose from (None: all of them) and their scores."""
        sampling = self._sampling
        size = logits.shape[0]
        limited = 0 < sampling.top_k < size
        if limited:
            scores, tokens = logits.topk(sampling.top_k)
            scores = scores / sampling.temperature
            if sampling.top_p < 1.0:
                kept = _nucleus(scores, scores.logsumexp(0), sampling.top_p)
                return tokens[:kept], scores[:kept]
            return tokens, scores
        scores = logits / sampling.temperature
        if sampling.top_p >= 1.0:
            return None, scores
        total = scores.logsumexp(0)
        for count in (min(LIKELY_TOKENS, size), size):
            likely, tokens = scores.topk(count)
            kept = _nucleus(likely, total, sampling.top_p)
            if kept < count:
                break
        return tokens[:kept], likely[:kept]


def _penalize(logits: Tensor, tokens: Sequence[int], penalty: float) -> None:
    """Make tokens that were seen less likely (Keskar et al., CTRL, 2019, section 4.1)."""
    seen = torch.tensor(sorted(set(tokens)))
    scores = logits[seen]
    logits[seen] = torch.where(scores < 0, scores * penalty, scores / penalty)


def _nucleus(scores: Tensor, total: Tensor, top_p: float) -> int:
    """Return how many of the likeliest tokens hold the probability `top_p` together.

    `scores` fall; `total` is the logsumexp of all. At least one (Holtzman et al., 2020).
    """
    sums = (scores - total).exp().cumsum(0, dtype=torch.float64)
    return min(int((sums < top_p).sum()) + 1, len(scores))

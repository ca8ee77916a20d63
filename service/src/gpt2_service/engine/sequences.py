"""One text of a request, from the queue to its end, and the batch in which many run together."""

import math
from dataclasses import dataclass, field
from typing import Literal, Protocol

from gpt2_service.engine.requests import GenerationRequest, Sampling

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """A token of a continuation and its log probability (natural), as the model gave it.

    That is before temperature, penalty, top-k and top-p. `offset` is where the token begins in the
    continuation, in characters; `top` holds the likeliest tokens with theirs. A token is bytes, for
    it may be a part of a character.
    """

    token: bytes
    logprob: float
    offset: int
    top: tuple[tuple[bytes, float], ...]


@dataclass(eq=False, slots=True)
class Sequence:
    """Choice `index` of a request, in the queue or the batch; the batch writes how far it is."""

    request: GenerationRequest
    sampling: Sampling
    seed: int
    index: int = 0
    # When its time is over (`time.monotonic`).
    deadline: float = math.inf
    # Who asked for it; slots are shared among clients.
    client: str = ""
    # When it left the queue (`time.monotonic`); None while it waits.
    joined: float | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    # The continuation as far as it is certain, without the prompt.
    text: str = ""
    finish_reason: FinishReason | None = None
    # Of every token so far, where they are asked for.
    logprobs: list[TokenLogprob] = field(default_factory=list)
    # What a step failed on with this sequence alone.
    error: Exception | None = None

    @property
    def ended(self) -> bool:
        """Whether it has left the batch by itself, well or not."""
        return self.finish_reason is not None or self.error is not None

    @property
    def limit_tokens(self) -> int:
        """How many tokens prompt and continuation may have; before it joins, the continuation."""
        return self.request.limit_tokens(self.prompt_tokens)

    @property
    def tokens_left(self) -> int:
        """How many tokens it may still get; the prompt's count once they are known."""
        return self.limit_tokens - self.prompt_tokens - self.completion_tokens

    def logprobs_of(self, start: int, end: int) -> tuple[TokenLogprob, ...]:
        """Return those of the tokens that begin within these characters of the text."""
        return tuple(one for one in self.logprobs if start <= one.offset < end)


class Batch(Protocol):
    """Runs many sequences step by step. Its methods block and are called from one thread."""

    slots: int

    @property
    def running(self) -> int:
        """How many sequences have joined and not ended."""

    def join(self, sequence: Sequence) -> None:
        """Take a sequence in; only when fewer than `slots` run.

        A prompt that already fills `max_length` or the context ends at once.
        """

    def step(self) -> list[Sequence]:
        """Move the sequences on; returns those that got a token or ended.

        Those that ended have left.

        What fails on one sequence alone ends that one, as its `error`; what this raises has failed
        on all of them.
        """

    def leave(self, sequence: Sequence) -> None:
        """Drop a sequence that was not finished; nothing if it has left."""

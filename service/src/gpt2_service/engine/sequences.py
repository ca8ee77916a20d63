"""What is being continued, and how it ended."""

import math
from dataclasses import dataclass, field
from typing import Literal, Protocol

FinishReason = Literal["stop", "length"]


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


@dataclass(frozen=True, slots=True)
class Job:
    """One continuation that is asked for: choice `index` of a request.

    It ends at `max_length` tokens, the prompt's included, or at `max_new_tokens` without them. With
    `top_logprobs` its tokens' log probabilities are kept, and those of so many of the likeliest
    tokens in the place of each.
    """

    prompt: str
    max_length: int
    seed: int
    index: int = 0
    sampling: Sampling = Sampling()
    stop: tuple[str, ...] = ()
    max_new_tokens: int | None = None
    top_logprobs: int | None = None

    def limit_tokens(self, prompt_tokens: int) -> int:
        """Return how many tokens prompt and continuation may have together."""
        if self.max_new_tokens is None:
            return self.max_length
        return min(self.max_length, prompt_tokens + self.max_new_tokens)


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


@dataclass(slots=True)
class Progress:
    """How far a job is. The batch writes it, between steps."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    # The continuation as far as it can be told, without the prompt.
    text: str = ""
    finish_reason: FinishReason | None = None
    # Of every token so far, where they are asked for.
    logprobs: list[TokenLogprob] = field(default_factory=list)

    def logprobs_of(self, start: int, end: int) -> tuple[TokenLogprob, ...]:
        """Return those of the tokens that begin within these characters of the text."""
        return tuple(one for one in self.logprobs if start <= one.offset < end)


@dataclass(eq=False, slots=True)
class Ticket:
    """A job on its way through the queue and the batch."""

    job: Job
    # When its time is over (`time.monotonic`).
    deadline: float = math.inf
    # Who asked for it; slots are shared among clients.
    client: str = ""
    progress: Progress = field(default_factory=Progress)
    # When it left the queue (`time.monotonic`); None while it waits.
    joined: float | None = None
    # What a step failed on with it alone. The batch writes it.
    error: Exception | None = None

    @property
    def ended(self) -> bool:
        """Whether it has left the batch by itself, well or not."""
        return self.progress.finish_reason is not None or self.error is not None

    @property
    def tokens_left(self) -> int:
        """How many tokens it may still get; the prompt's count once they are known."""
        progress = self.progress
        used = progress.prompt_tokens + progress.completion_tokens
        return self.job.limit_tokens(progress.prompt_tokens) - used


class Batch(Protocol):
    """Runs many jobs step by step. Its methods block and are called from one thread."""

    slots: int

    @property
    def running(self) -> int:
        """How many jobs have joined and not ended."""

    def join(self, ticket: Ticket) -> None:
        """Take a job in; only when fewer than `slots` run.

        A prompt that already fills `max_length` or the context ends at once.
        """

    def step(self) -> list[Ticket]:
        """Move the jobs on; returns those that got a token or ended. Those that ended have left.

        What fails on one job alone ends that job, as its ticket's `error`; what this raises has
        failed on all of them.
        """

    def leave(self, ticket: Ticket) -> None:
        """Drop a job that was not finished; nothing if it has left."""

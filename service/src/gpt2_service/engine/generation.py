"""What the API sees of a request: a stream of pieces and a result."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextvars import copy_context
from dataclasses import dataclass
from typing import TypeVar

from gpt2_service.engine.sequences import FinishReason, Job, Sampling, Ticket, TokenLogprob

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """A prompt, how far to continue it, and how; None is the checkpoint's own setting.

    `max_length` counts the tokens of prompt and continuation together, `max_new_tokens` those of
    the continuation; it ends at whichever comes first. Without a `seed` one is drawn. `choices`
    continuations are made, each as if the request had asked for it alone. `top_logprobs` asks for
    log probabilities, and for those of so many of the likeliest tokens in the place of each.
    """

    prompt: str
    max_length: int
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    repetition_penalty: float | None = None
    stop: tuple[str, ...] = ()
    choices: int = 1
    seed: int | None = None
    max_new_tokens: int | None = None
    top_logprobs: int | None = None

    @property
    def most_tokens(self) -> int:
        """How many tokens a continuation may have, as far as that is known without the prompt's."""
        if self.max_new_tokens is None:
            return self.max_length
        return min(self.max_length, self.max_new_tokens)

    def job(self, index: int, seed: int, defaults: Sampling) -> Job:
        """Return what choice `index` asks for."""
        return Job(
            self.prompt,
            self.max_length,
            seed,
            index,
            self.sampling(defaults),
            self.stop,
            self.max_new_tokens,
            self.top_logprobs,
        )

    def sampling(self, defaults: Sampling) -> Sampling:
        """Return how tokens are chosen, completed by the checkpoint's settings."""
        return Sampling(
            temperature=_either(self.temperature, defaults.temperature),
            top_k=_either(self.top_k, defaults.top_k),
            top_p=_either(self.top_p, defaults.top_p),
            repetition_penalty=_either(self.repetition_penalty, defaults.repetition_penalty),
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """More text of choice `index`; pieces of a choice put together are its continuation."""

    index: int
    text: str
    # Of the tokens that begin in it, where they were asked for.
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One continuation: `text` is the prompt, unchanged, and `continuation`."""

    text: str
    continuation: str
    completion_tokens: int
    finish_reason: FinishReason
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class GenerationResult:
    """All choices of a request, in order, and what makes them again.

    `max_length` is how many tokens prompt and continuation may have had together.
    """

    choices: tuple[Choice, ...]
    prompt_tokens: int
    max_length: int
    seed: int
    sampling: Sampling

    @property
    def completion_tokens(self) -> int:
        """The tokens of all choices."""
        return sum(choice.completion_tokens for choice in self.choices)


class Generation:
    """A request that was taken; lives on the event loop.

    `pieces` yields text as it comes, `result` waits for the end; both raise what ended the request
    early. Whoever loses interest calls `cancel`.
    """

    def __init__(
        self,
        request: GenerationRequest,
        seed: int,
        defaults: Sampling,
        limit_seconds: float,
        cancel: Callable[["Generation", Exception], None],
        client: str,
    ) -> None:
        self.request = request
        self.asked = time.monotonic()
        self.first_token: float | None = None
        # The request's: its id belongs into the log.
        self.context = copy_context()
        self._seed = seed
        self._sampling = request.sampling(defaults)
        self.tickets = [
            Ticket(request.job(index, seed, defaults), self.asked + limit_seconds, client)
            for index in range(request.choices)
        ]
        self._cancel = cancel
        self._told = [0] * request.choices
        self._news = asyncio.Event()
        self.ended: asyncio.Future[GenerationResult] = asyncio.get_running_loop().create_future()

    @property
    def done(self) -> bool:
        """Whether there is a result or an error."""
        return self.ended.done()

    @property
    def joined(self) -> float | None:
        """When the first of its tickets left the queue (`time.monotonic`); None before."""
        return min((one.joined for one in self.tickets if one.joined is not None), default=None)

    async def pieces(self, silence_seconds: float | None = None) -> AsyncIterator[Piece | None]:
        """Yield text as it comes, and None whenever none came for so long."""
        while True:
            self._news.clear()
            done = self.done
            for index, ticket in enumerate(self.tickets):
                text, told = ticket.progress.text, self._told[index]
                if len(text) > told:
                    self._told[index] = len(text)
                    logprobs = ticket.progress.logprobs_of(told, len(text))
                    yield Piece(index, text[told:], logprobs)
            if done:
                self.ended.result()
                return
            try:
                async with asyncio.timeout(silence_seconds):
                    await self._news.wait()
            except TimeoutError:
                yield None

    async def result(self) -> GenerationResult:
        """Wait for the end."""
        return await asyncio.shield(self.ended)

    def cancel(self, error: Exception) -> None:
        """Give up: the engine drops the request before its next step. Does nothing at the end."""
        self._cancel(self, error)

    def tell(self) -> None:
        """Say that there may be more text, or the end; the engine calls this on the loop."""
        if self.done:
            return
        now = time.monotonic()
        progress = [ticket.progress for ticket in self.tickets]
        if self.first_token is None and any(one.completion_tokens for one in progress):
            self.first_token = now
        if all(one.finish_reason is not None for one in progress):
            self.ended.set_result(self._finished())
        self._news.set()

    def fail(self, error: Exception) -> None:
        """End the request with an error."""
        if self.done:
            return
        self.ended.set_exception(error)
        # Nobody may be waiting any more; that is no reason for a warning.
        self.ended.exception()
        self._news.set()

    def _finished(self) -> GenerationResult:
        choices = []
        for ticket in self.tickets:
            progress = ticket.progress
            assert progress.finish_reason is not None
            text = progress.text
            choices.append(
                Choice(
                    text=self.request.prompt + text,
                    continuation=text,
                    completion_tokens=progress.completion_tokens,
                    finish_reason=progress.finish_reason,
                    logprobs=progress.logprobs_of(0, len(text)),
                )
            )
        first = self.tickets[0]
        prompt_tokens = first.progress.prompt_tokens
        return GenerationResult(
            choices=tuple(choices),
            prompt_tokens=prompt_tokens,
            max_length=first.job.limit_tokens(prompt_tokens),
            seed=self._seed,
            sampling=self._sampling,
        )


def _either(value: Number | None, default: Number) -> Number:
    return default if value is None else value

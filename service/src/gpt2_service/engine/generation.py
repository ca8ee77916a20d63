"""What the API sees of a request: a stream of pieces and a result."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextvars import copy_context
from dataclasses import dataclass

from gpt2_service.engine.requests import GenerationRequest, Sampling
from gpt2_service.engine.sequences import FinishReason, Sequence, TokenLogprob


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
        self.sequences = [
            Sequence(request, self._sampling, seed, index, self.asked + limit_seconds, client)
            for index in range(request.choices)
        ]
        self._cancel = cancel
        self._yielded = [0] * request.choices
        self._changed = asyncio.Event()
        self.ended: asyncio.Future[GenerationResult] = asyncio.get_running_loop().create_future()

    @property
    def done(self) -> bool:
        """Whether there is a result or an error."""
        return self.ended.done()

    @property
    def joined(self) -> float | None:
        """When the first of its sequences left the queue (`time.monotonic`); None before."""
        return min((one.joined for one in self.sequences if one.joined is not None), default=None)

    async def pieces(self, silence_seconds: float | None = None) -> AsyncIterator[Piece | None]:
        """Yield text as it comes, and None whenever none came for so long."""
        while True:
            self._changed.clear()
            done = self.done
            for index, sequence in enumerate(self.sequences):
                text, start = sequence.text, self._yielded[index]
                if len(text) > start:
                    self._yielded[index] = len(text)
                    yield Piece(index, text[start:], sequence.logprobs_of(start, len(text)))
            if done:
                self.ended.result()
                return
            try:
                async with asyncio.timeout(silence_seconds):
                    await self._changed.wait()
            except TimeoutError:
                yield None

    async def result(self) -> GenerationResult:
        """Wait for the end."""
        return await asyncio.shield(self.ended)

    def cancel(self, error: Exception) -> None:
        """Give up: the engine drops the request before its next step. Does nothing at the end."""
        self._cancel(self, error)

    def notify(self) -> None:
        """Look for more text, or the end; the engine calls this on the loop."""
        if self.done:
            return
        now = time.monotonic()
        if self.first_token is None and any(one.completion_tokens for one in self.sequences):
            self.first_token = now
        if all(one.finish_reason is not None for one in self.sequences):
            self.ended.set_result(self._finished())
        self._changed.set()

    def fail(self, error: Exception) -> None:
        """End the request with an error."""
        if self.done:
            return
        self.ended.set_exception(error)
        # Nobody may be waiting any more; that is no reason for a warning.
        self.ended.exception()
        self._changed.set()

    def _finished(self) -> GenerationResult:
        choices = []
        for sequence in self.sequences:
            assert sequence.finish_reason is not None
            choices.append(
                Choice(
                    text=self.request.prompt + sequence.text,
                    continuation=sequence.text,
                    completion_tokens=sequence.completion_tokens,
                    finish_reason=sequence.finish_reason,
                    logprobs=sequence.logprobs_of(0, len(sequence.text)),
                )
            )
        first = self.sequences[0]
        return GenerationResult(
            choices=tuple(choices),
            prompt_tokens=first.prompt_tokens,
            max_length=first.limit_tokens,
            seed=self._seed,
            sampling=self._sampling,
        )

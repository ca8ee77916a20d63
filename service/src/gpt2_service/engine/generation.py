"""What the API sees of a request: a stream of pieces and a result."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from gpt2_service.engine.sequences import FinishReason, Job, Ticket


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """A prompt, how far to continue it, and how; None is the checkpoint's own setting.

    `max_length` counts the tokens of prompt and continuation together. Without a `seed` one is
    drawn. `choices` continuations are made, each as if the request had asked for it alone.
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

    def jobs(self, seed: int) -> list[Job]:
        """Return a job for every choice."""
        return [
            Job(
                prompt=self.prompt,
                max_length=self.max_length,
                seed=seed,
                index=index,
                temperature=self.temperature,
                top_k=self.top_k,
                top_p=self.top_p,
                repetition_penalty=self.repetition_penalty,
                stop=self.stop,
            )
            for index in range(self.choices)
        ]


@dataclass(frozen=True, slots=True)
class Piece:
    """More text of choice `index`; pieces of a choice put together are its continuation."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One continuation: the text starts with the prompt, unchanged."""

    text: str
    completion_tokens: int
    finish_reason: FinishReason


@dataclass(frozen=True, slots=True)
class GenerationResult:
    """All choices of a request, in order, and how long they took."""

    choices: tuple[Choice, ...]
    prompt_tokens: int
    seed: int
    waited_seconds: float
    first_token_seconds: float
    seconds: float

    @property
    def completion_tokens(self) -> int:
        """The tokens of all choices."""
        return sum(choice.completion_tokens for choice in self.choices)


class Generation:
    """A request that was taken; lives on the event loop.

    `async for piece in generation` yields text as it comes; `await generation.result()` waits for
    the end. Both raise what ended the request early. Whoever loses interest calls `cancel`.
    """

    def __init__(
        self, request: GenerationRequest, seed: int, cancel: Callable[["Generation"], None]
    ) -> None:
        self.request = request
        self.tickets = [Ticket(job) for job in request.jobs(seed)]
        self.asked = time.monotonic()
        self.started: float | None = None
        self.first_token: float | None = None
        self._seed = seed
        self._cancel = cancel
        self._told = [0] * request.choices
        self._news = asyncio.Event()
        self.ended: asyncio.Future[GenerationResult] = asyncio.get_running_loop().create_future()

    @property
    def done(self) -> bool:
        """Whether there is a result or an error."""
        return self.ended.done()

    async def __aiter__(self) -> AsyncIterator[Piece]:
        while True:
            self._news.clear()
            done = self.done
            for index, ticket in enumerate(self.tickets):
                text = ticket.progress.text
                if len(text) > self._told[index]:
                    piece = Piece(index, text[self._told[index] :])
                    self._told[index] = len(text)
                    yield piece
            if done:
                self.ended.result()
                return
            if not self._news.is_set():
                await self._news.wait()

    async def result(self) -> GenerationResult:
        """Wait for the end."""
        return await asyncio.shield(self.ended)

    def cancel(self) -> None:
        """Give up: the engine drops the request at its next step. Does nothing at the end."""
        if not self.done:
            self._cancel(self)

    def tell(self) -> None:
        """Say that there may be more text, or the end; the engine calls this on the loop."""
        if self.done:
            return
        now = time.monotonic()
        progress = [ticket.progress for ticket in self.tickets]
        if self.first_token is None and any(one.completion_tokens for one in progress):
            self.first_token = now
        if all(one.finish_reason is not None for one in progress):
            self.ended.set_result(self._finished(now))
        self._news.set()

    def fail(self, error: BaseException) -> None:
        """End the request with an error."""
        if self.done:
            return
        self.ended.set_exception(error)
        # Nobody may be waiting any more; that is no reason for a warning.
        self.ended.exception()
        self._news.set()

    def abandon(self) -> None:
        """End the request because nobody waits for it."""
        self.ended.cancel()
        self._news.set()

    def _finished(self, now: float) -> GenerationResult:
        choices = []
        for ticket in self.tickets:
            progress = ticket.progress
            assert progress.finish_reason is not None
            text = self.request.prompt + progress.text
            choices.append(Choice(text, progress.completion_tokens, progress.finish_reason))
        return GenerationResult(
            choices=tuple(choices),
            prompt_tokens=self.tickets[0].progress.prompt_tokens,
            seed=self._seed,
            waited_seconds=(self.started or now) - self.asked,
            first_token_seconds=(self.first_token or now) - self.asked,
            seconds=now - self.asked,
        )

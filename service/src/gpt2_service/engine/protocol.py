"""What the rest of the service knows of text generation.

A `Model` is loaded once, in the process that later forks the workers, and is plain synchronous
code. An `Engine` lives in one worker, on its event loop, and decides when the model runs.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Completion:
    """A prompt and its continuation; token counts are the model's own."""

    text: str
    prompt_tokens: int
    completion_tokens: int


class Model(Protocol):
    """A loaded model. Its methods block and are called from one thread at a time."""

    @property
    def name(self) -> str:
        """The name that records carry."""

    @property
    def kind(self) -> str:
        """The class that computes, for the log."""

    def prepare(self) -> None:
        """Make the model ready in this process and thread; called once after the fork."""

    def complete(self, prompt: str, max_length: int) -> Completion:
        """Continue `prompt` until prompt and continuation count `max_length` tokens.

        The text starts with the prompt, unchanged. A prompt that fills `max_length` or the model's
        context comes back as it is. The model may end earlier.
        """


class Engine(Protocol):
    """Text generation as the API sees it, from one event loop."""

    @property
    def model_name(self) -> str:
        """The name that records carry."""

    async def start(self) -> None:
        """Make the model ready in this worker."""

    async def generate(self, prompt: str, max_length: int) -> Completion:
        """Do what `Model.complete` says without blocking the event loop.

        Raises InternalError when the model fails.
        """

    def failure(self) -> str | None:
        """Say why the model cannot answer at the moment; None when it can. Never waits."""

    async def close(self) -> None:
        """Give back threads; called when no request is left."""

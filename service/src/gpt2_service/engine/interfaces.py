"""What the engine needs of a model, and whom it notifies of what it does.

A `Model` is loaded once, in the process that later forks the workers. The engine
(`continuous.ContinuousEngine`) lives in one worker.
"""

from typing import Protocol

from gpt2_service.engine.requests import Sampling
from gpt2_service.engine.sequences import Batch


class Model(Protocol):
    """A loaded model that makes batches; `prepare` and `batch` are called from one thread."""

    @property
    def name(self) -> str:
        """The name that records carry."""

    @property
    def kind(self) -> str:
        """The class that the weights belong to, for the log."""

    @property
    def fingerprint(self) -> str:
        """What decides a text besides its request: texts may differ where this does."""

    @property
    def defaults(self) -> Sampling:
        """How tokens are chosen where a request does not say."""

    def prepare(self) -> None:
        """Make the model ready in this process and thread; called once after the fork."""

    def batch(self, slots: int, max_tokens: int) -> Batch:
        """Return an empty batch of `slots` sequences of at most `max_tokens` tokens."""


class EngineObserver(Protocol):
    """Is notified of what an engine does, on its event loop.

    Nothing here may block.
    """

    def queued(self, count: int) -> None:
        """So many continuations wait for a slot; called when that may have changed."""

    def batch(self, count: int) -> None:
        """A step moved so many continuations; called for every step, and with 0 when none run."""

    def tokens(self, count: int) -> None:
        """A step gave so many new tokens."""

    def first_token(self, seconds: float) -> None:
        """A request got its first token so many seconds after it was taken."""


class Unobserved:
    """Ignores everything; implements `EngineObserver`."""

    def queued(self, count: int) -> None:
        """Ignored."""

    def batch(self, count: int) -> None:
        """Ignored."""

    def tokens(self, count: int) -> None:
        """Ignored."""

    def first_token(self, seconds: float) -> None:
        """Ignored."""

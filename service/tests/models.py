"""Models that misbehave on purpose; each implements `Model`."""

import threading

from gpt2_service.engine.scripted import ScriptedBatch, ScriptedModel
from gpt2_service.engine.sequences import Sequence

PATIENCE_SECONDS = 30


class FailingModel(ScriptedModel):
    """Fails while `broken` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = True

    def batch(self, slots: int, max_tokens: int) -> ScriptedBatch:
        return FailingBatch(slots, max_tokens, self)


class FailingBatch(ScriptedBatch):
    """Fails in its steps."""

    def __init__(self, slots: int, max_tokens: int, model: FailingModel) -> None:
        super().__init__(slots, max_tokens)
        self._model = model

    def step(self) -> list[Sequence]:
        if self._model.broken:
            raise RuntimeError("a secret of the inside")
        return super().step()


class HeldModel(ScriptedModel):
    """Says when it steps, and waits in every step until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Event()
        self.allowed = threading.Semaphore(0)
        # How many texts each step advanced.
        self.sizes: list[int] = []

    def batch(self, slots: int, max_tokens: int) -> ScriptedBatch:
        return HeldBatch(slots, max_tokens, self)

    def allow(self, steps: int = 10_000) -> None:
        """Let it take so many steps."""
        self.allowed.release(steps)


class HeldBatch(ScriptedBatch):
    """Waits in its steps."""

    def __init__(self, slots: int, max_tokens: int, model: HeldModel) -> None:
        super().__init__(slots, max_tokens)
        self._model = model

    def step(self) -> list[Sequence]:
        self._model.started.set()
        assert self._model.allowed.acquire(timeout=PATIENCE_SECONDS)
        self._model.sizes.append(self.running)
        return super().step()

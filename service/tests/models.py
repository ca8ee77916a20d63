"""Models that misbehave on purpose; each implements `Model`."""

import threading

from gpt2_service.engine.protocol import Completion
from gpt2_service.engine.scripted import ScriptedModel


class FailingModel(ScriptedModel):
    """Fails while `broken` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = True

    def complete(self, prompt: str, max_length: int) -> Completion:
        if self.broken:
            raise RuntimeError("a secret of the inside")
        return super().complete(prompt, max_length)


class WaitingModel(ScriptedModel):
    """Says when it starts and waits until it may end."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Event()
        self.may_end = threading.Event()

    def complete(self, prompt: str, max_length: int) -> Completion:
        self.started.set()
        assert self.may_end.wait(30)
        return super().complete(prompt, max_length)

"""The tutorial's service with one more path, which tells how many tokens it has made.

Its answers do not say, and its texts cannot be counted afterwards: other tokens may spell the same.
A text is continued by one pass through the model per token, so passes are counted.
"""

from threading import Lock

from torch.nn import Module

from bench.tutorial import app


class Passes:
    """Counts a model's passes, of all threads, from the first look on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0
        self._watches = False

    def look(self, model: Module) -> int:
        """Return how many there were; the first look begins to count."""
        if not self._watches:
            model.register_forward_hook(self._passed)
            self._watches = True
        return self._count

    def _passed(self, *_pass: object) -> None:
        with self._lock:
            self._count += 1


passes = Passes()


@app.get("/tokens")
async def tokens() -> int:
    """Return the tokens since the first time that this was asked."""
    return passes.look(app.state.generator.model)

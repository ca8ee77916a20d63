"""Looks at the health path, one a second, while something else goes on."""

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from boxproof.core import cancellation
from boxproof.core.breaches import NoAnswer, NotJudged
from boxproof.probes.client import Client

EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when it began, since 1970, how long it took, and its status; 0 for no answer."""

    at: float
    seconds: float
    status: int


@dataclass
class HealthWatch:
    """Looks for the length of a block."""

    http: Client
    path: str
    looks: list[Look] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        cancellation.daemon(self._run, "health watch").start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()

    def between(self, began: float, ended: float) -> list[Look]:
        """The looks that began between two moments since 1970."""
        return [each for each in list(self.looks) if began <= each.at < ended]

    def _run(self) -> None:
        while not self._over.is_set():
            at, began = time.time(), time.monotonic()
            try:
                status = self.http.get(self.path).status
            except NoAnswer:
                status = 0
            except NotJudged:
                # The quota is spent.
                return
            self.looks.append(Look(at, time.monotonic() - began, status))
            cancellation.wait(EVERY_SECONDS, self._over)

"""Every wait of a run ends with the run.

Each run has one :class:`Cancellation`. The threads that it starts for its own work carry it along
(:func:`daemon`), and whatever waits in them waits through :func:`wait` or :func:`wait_for`. Those
threads are daemons, so that none of them keeps the interpreter alive.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context

#: How often a wait looks whether its run has ended.
LOOK_SECONDS = 0.2


class Cancelled(KeyboardInterrupt):
    """The run that this work belongs to is ending; nothing is judged by what it left undone.

    Not an ``Exception``, so that nobody takes it for what a service did; and pytest ends with it.
    """


class Cancellation:
    """Tells the work of one run that it is not wanted any more."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def cancel(self) -> None:
        """End every wait of the run, now and later; safe to call twice."""
        self._asked.set()

    @contextmanager
    def governing(self) -> Iterator[None]:
        """Let the waits of this thread, and of those that it starts, end with this run."""
        token = _current.set(self._asked)
        try:
            yield
        finally:
            _current.reset(token)


_current: ContextVar[threading.Event | None] = ContextVar("boxproof_cancellation", default=None)


def check() -> None:
    """Raise :class:`Cancelled` where the run of this thread is ending."""
    asked = _current.get()
    if asked is not None and asked.is_set():
        raise Cancelled


def wait(seconds: float, event: threading.Event | None = None) -> bool:
    """Wait for an event, or only for the time to pass; whether the event was set.

    Raises:
        Cancelled: the run ended meanwhile.
    """
    waited_for = event or threading.Event()
    deadline = time.monotonic() + seconds
    while True:
        check()
        left = deadline - time.monotonic()
        if waited_for.wait(max(0.0, min(left, LOOK_SECONDS))):
            return True
        if left <= 0:
            return False


def wait_for(changed: threading.Condition, true: Callable[[], bool], limit_seconds: float) -> bool:
    """Wait until a condition's predicate is true; False at the limit. The condition is held.

    Raises:
        Cancelled: the run ended meanwhile.
    """
    deadline = time.monotonic() + limit_seconds
    while True:
        check()
        left = deadline - time.monotonic()
        if changed.wait_for(true, max(0.0, min(left, LOOK_SECONDS))):
            return True
        if left <= 0:
            return False


def daemon(work: Callable[[], object], name: str) -> threading.Thread:
    """A thread, not started yet, that belongs to the run of the thread that makes it."""
    context = copy_context()

    def carried() -> None:
        try:
            context.run(work)
        except Cancelled:
            return

    return threading.Thread(target=carried, name=name, daemon=True)

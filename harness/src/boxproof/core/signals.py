"""Being told to stop: every way of it ends a run as Ctrl-C does, and clean-up is not cut short."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from boxproof.core.errors import ExitCode

#: SIGHUP is what a closed terminal or a dropped ssh connection sends.
STOPPING = (signal.SIGTERM, signal.SIGHUP)
#: How often a main thread that waits for something without a limit looks for a signal.
LOOK_SECONDS = 0.5


@contextmanager
def as_interrupt(stop: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into KeyboardInterrupt within a block (in the main thread only).

    One that is ignored stays so: ``nohup`` asks for that. ``stop`` is called before the exception,
    Ctrl-C's too, is raised: what the stack does while it unwinds need not wait for anything.
    """

    def interrupt(number: int, _frame: FrameType | None) -> None:
        stop()
        raise KeyboardInterrupt(signal.Signals(number).name)

    with _handled(interrupt, *_heeded()), _noticed():
        yield


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Let every stopping signal, Ctrl-C too, end the process silently within a block.

    For as long as nothing has been made that would have to be removed. One that is ignored stays
    so.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        os._exit(ExitCode.INTERRUPTED)

    with _handled(end, *_heeded()):
        yield


@contextmanager
def held(doing: str) -> Iterator[None]:
    """Hold off every stopping signal, Ctrl-C too, within a block; a line says what it is doing."""

    def hold(_number: int, _frame: FrameType | None) -> None:
        print(f"boxproof: {doing}, please wait", file=sys.stderr)

    with _handled(hold, signal.SIGINT, *STOPPING):
        yield


def _heeded() -> list[signal.Signals]:
    every = (signal.SIGINT, *STOPPING)
    return [each for each in every if signal.getsignal(each) is not signal.SIG_IGN]


@contextmanager
def _noticed() -> Iterator[None]:
    """Interrupt what the main thread waits for every now and then.

    Python's handlers run in the main thread, between two instructions. A signal that comes just
    before it begins to wait (for a lock, say), or to another thread, would not be seen until that
    wait is over.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with _handled(lambda _number, _frame: None, signal.SIGALRM):
        before = signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, *before)


@contextmanager
def _handled(
    handler: Callable[[int, FrameType | None], None], *numbers: signal.Signals
) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)

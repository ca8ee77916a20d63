"""A pool of threads that keeps nobody waiting: they are daemons, and belong to one run."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from boxproof.core import cancellation
from boxproof.core.cancellation import Cancellation, Cancelled


class DaemonPool:
    """Runs functions in the order in which they were submitted, so many at a time.

    An executor of ``concurrent.futures`` has its threads joined when the interpreter ends, which
    lets a run that was interrupted end only with the last of its waits.

    Args:
        most: threads at once.
        name: what they are called.
        run: whose work they do; that of the thread that submits it where none is given.
    """

    def __init__(self, most: int, name: str, run: Cancellation | None = None) -> None:
        self._most = most
        self._name = name
        self._governing = run.governing if run is not None else contextlib.nullcontext
        self._threads: list[threading.Thread] = []
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._changed = threading.Condition()
        self._idle = 0
        self._closed = False

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have a function run; what it returns or raises is its future's."""
        work = partial(function, *arguments)
        future: Future[Any] = Future()
        with self._changed:
            if self._closed:
                future.set_exception(Cancelled())
                return future
            self._waiting.append((future, work))
            self._changed.notify()
            if self._idle < len(self._waiting) and len(self._threads) < self._most:
                name = f"{self._name}-{len(self._threads) + 1}"
                with self._governing():
                    thread = cancellation.daemon(self._run, name)
                self._threads.append(thread)
                thread.start()
        return future

    def close(self, limit_seconds: float = 0.0) -> bool:
        """Begin nothing more; whether what was begun has ended within the limit."""
        with self._changed:
            self._closed = True
            for future, _ in self._waiting:
                future.cancel()
            self._waiting.clear()
            self._changed.notify_all()
        deadline = time.monotonic() + limit_seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while (taken := self._next()) is not None:
            future, work = taken
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._waiting or self._closed)
            self._idle -= 1
            return self._waiting.popleft() if self._waiting else None

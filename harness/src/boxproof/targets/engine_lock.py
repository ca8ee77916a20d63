"""Who may use a container engine, or this machine, right now: everybody, or one run alone.

What rests on a time is judged again while nothing else works on the same engine, the other runs of
this machine included. Two lock files stand for that in a folder that all of the machine's users
share. Whoever works (boots, judges) passes the *gate* and holds *work* shared for as long as that
takes; whoever must be alone closes the gate, so that nobody begins anything, and waits until *work*
is free. The kernel drops both locks when their process ends, however it ends.

Runs that see another ``/tmp`` (in containers, or on other machines that use the same engine over
TCP) do not see these files: they are not held off.
"""

import contextlib
import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from boxproof.core import cancellation
from boxproof.core.breaches import NotJudged
from boxproof.core.verdicts import Cause

#: How long to wait for the others; a run that builds an image holds them off that long.
ALONE_SECONDS = 600.0
LOOK_SECONDS = 0.05


class EngineLock:
    """One run's share in what a lock file pair stands for; safe to use from several threads.

    Args:
        name: identifies the engine, or the machine.
        folder: where the files lie; the default is the same for all users of the machine.
    """

    def __init__(self, name: str, folder: Path | None = None) -> None:
        place = folder or _shared_folder()
        self._gate = place / f"boxproof-{name}.gate"
        self._work = place / f"boxproof-{name}.work"
        self._mine = threading.local()

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Work beside others for the length of a block; waits while somebody is alone."""
        if self._held() is not None:
            yield
            return
        self._mine.held = self._enter()
        try:
            yield
        finally:
            self._release()

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """Do nothing but wait for the length of a block: others may be alone meanwhile."""
        if self._held() is None or self._alone():
            yield
            return
        self._release()
        try:
            yield
        finally:
            self._mine.held = self._enter()

    @contextlib.contextmanager
    def alone(self, limit_seconds: float = ALONE_SECONDS) -> Iterator[None]:
        """Be the only one who works for the length of a block; other threads wait as well.

        Raises:
            NotJudged: others still worked after ``limit_seconds``.
        """
        if self._alone():
            yield
            return
        with self.resting(), contextlib.ExitStack() as stack:
            deadline = time.monotonic() + limit_seconds
            for path in (self._gate, self._work):
                lock = _open(path)
                stack.callback(os.close, lock)
                if not _take(lock, fcntl.LOCK_EX, deadline):
                    raise NotJudged(
                        f"it could not be judged alone: others worked on this engine for "
                        f"{limit_seconds:g} s",
                        Cause.UNDECIDED,
                    )
            self._mine.alone = True
            try:
                yield
            finally:
                self._mine.alone = False

    def _enter(self) -> int:
        work = _open(self._work)
        try:
            gate = _open(self._gate)
            try:
                _take(gate, fcntl.LOCK_SH)
                _take(work, fcntl.LOCK_SH)
            finally:
                os.close(gate)
        except BaseException:
            os.close(work)
            raise
        return work

    def _release(self) -> None:
        held = self._held()
        self._mine.held = None
        if held is not None:
            os.close(held)

    def _held(self) -> int | None:
        """The descriptor that this thread works under; a thread that is alone needs none."""
        held: int | None = getattr(self._mine, "held", None)
        return -1 if held is None and self._alone() else held

    def _alone(self) -> bool:
        return bool(getattr(self._mine, "alone", False))


def _shared_folder() -> Path:
    """A folder that everybody on this machine writes to, whatever their TMPDIR says."""
    common = Path("/tmp")
    return common if os.access(common, os.W_OK) else Path(tempfile.gettempdir())


def _open(path: Path) -> int:
    """A descriptor of a lock file, which is made where it is missing and never removed.

    Another user's file can be read, which is enough to lock it, and must not be opened to be
    created (Linux, ``fs.protected_regular``).
    """
    while True:
        with contextlib.suppress(FileNotFoundError):
            return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with contextlib.suppress(FileExistsError):
            made = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            os.fchmod(made, 0o644)
            return made


def _take(lock: int, kind: int, deadline: float | None = None) -> bool:
    """Wait for a lock; False once the deadline has passed.

    Raises:
        Cancelled: the run ended meanwhile.
    """
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
            return True
        if deadline is not None and time.monotonic() > deadline:
            return False
        cancellation.wait(LOOK_SECONDS)

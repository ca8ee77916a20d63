"""A forgetful disk: the file system's process, and its mount, for the length of a deployment."""

import contextlib
import ctypes.util
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from boxproof.core.errors import EngineError
from boxproof.targets.lossy_disk.durable_tree import Loss
from boxproof.targets.lossy_disk.unmounting import unmount
from boxproof.targets.run_lock import Run

DEVICE = Path("/dev/fuse")
CONFIGURATION = Path("/etc/fuse.conf")
#: What an answer of the file system's process may take: starting Python, walking a small tree.
ANSWER_SECONDS = 30.0
END_SECONDS = 5.0
INSTALL = "on Debian and Ubuntu: apt-get install libfuse2 fuse"


def missing() -> str:
    """What this machine lacks for a forgetful disk, and how to mend it; empty when nothing."""
    if not DEVICE.exists():
        return f"{DEVICE} is not there; a Linux kernel with FUSE gives it (modprobe fuse)"
    if not os.access(DEVICE, os.R_OK | os.W_OK):
        return f"no rights to {DEVICE}; run as a user who may open it"
    if not (ctypes.util.find_library("fuse") or ctypes.util.find_library("fuse3")):
        return f"libfuse is not installed; {INSTALL}"
    if os.geteuid() != 0 and not (shutil.which("fusermount") or shutil.which("fusermount3")):
        return f"fusermount is not installed; {INSTALL}"
    if os.geteuid() != 0 and not _others_allowed():
        return f"other users may not see one's mounts; add user_allow_other to {CONFIGURATION}"
    return ""


class Disk:
    """A folder that forgets, at :meth:`lose_power`, what was not fsynced.

    Its process ends and unmounts when the run's own ends, however it does; should it be killed as
    well, the run's folder, and the dead mount in it, go with the next run's sweep.

    Raises:
        EngineError: it could not be mounted.
    """

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self._run = run
        self._talking = threading.Lock()
        self._log = folder.with_suffix(".log")
        folder.mkdir(parents=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "boxproof.targets.lossy_disk", str(folder)],
                env={**os.environ, **run.environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        run.note_process(self._process.pid)
        try:
            self._hear("mounted")
        except BaseException:
            self.close()
            raise

    def lose_power(self) -> Loss:
        """Forget what was not fsynced; nobody may have a file of it open."""
        entries, size_bytes = self._ask("lose", "lost")
        return Loss(int(entries), int(size_bytes))

    def written_bytes(self) -> int:
        """What was ever written to its files, forgotten or not."""
        return int(self._ask("look", "written")[0])

    def fill(self) -> None:
        """Leave no room for another block of any file."""
        self._ask("fill", "full")

    def free(self) -> None:
        """Give the room back."""
        self._ask("free", "freed")

    def close(self) -> None:
        """Unmount it and end its process; safe to call twice and in any state."""
        unmount(self.folder)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                # What was still to be said to a process that is dead.
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._run.forget_process(self._process.pid)
        unmount(self.folder)

    def _ask(self, question: str, answer: str) -> list[str]:
        with self._talking:
            assert self._process.stdin is not None
            try:
                self._process.stdin.write(question + "\n")
                self._process.stdin.flush()
            except OSError:
                raise self._failure() from None
            return self._hear(answer)

    def _hear(self, answer: str) -> list[str]:
        """The words after ``answer``; the process is killed when it says nothing for too long."""
        assert self._process.stdout is not None
        limit = threading.Timer(ANSWER_SECONDS, self._process.kill)
        limit.start()
        try:
            said = self._process.stdout.readline().split()
        finally:
            limit.cancel()
        if not said or said[0] != answer:
            raise self._failure()
        return said[1:]

    def _failure(self) -> EngineError:
        log = self._log.read_text("utf-8", "replace").strip().splitlines()
        return EngineError(f"{self.folder}: the FUSE file system ended: {(log or ['no word'])[-1]}")


def _others_allowed() -> bool:
    try:
        lines = CONFIGURATION.read_text().splitlines()
    except OSError:
        return False
    return any(line.strip() == "user_allow_other" for line in lines)

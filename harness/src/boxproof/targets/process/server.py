"""One run of a server command: a process group of its own, its output in a file."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from select import select

from boxproof.core import cancellation
from boxproof.core.errors import ConfigError
from boxproof.targets.process.server_members import ServerMembers
from boxproof.targets.run_lock import RUN_VARIABLE, Run

KILL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Order:
    """What to run, and where; ``place`` names the file and the setting that the
    command stands in."""

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    place: str


class Server:
    """A started server.

    It leads a session, so that a signal to the group reaches all of its processes and a terminal's
    Ctrl-C none. Its output goes to a file, which cannot fill up and block it as a pipe can.

    Attributes:
        pid: of the leader, which names the group as well.
        gone: set once the leader has ended; ``code`` is known then.

    Raises:
        ConfigError: the command cannot be run.
    """

    def __init__(self, order: Order, log: Path, run: Run, ended: Callable[[int], None]) -> None:
        self.gone = threading.Event()
        self.code: int | None = None
        self._killing = threading.Lock()
        self._run = run
        self._ended = ended
        # Every process of the group inherits the writing end: end of file means all are gone, where
        # a signal 0 to the group would go on finding zombies that nobody reaps.
        self._lifeline, inherited = os.pipe()
        try:
            with log.open("ab") as output:
                self._process = start(order, run, output.fileno(), (inherited,))
        except ConfigError:
            os.close(self._lifeline)
            raise
        finally:
            os.close(inherited)
        self.pid = self._process.pid
        threading.Thread(target=self._wait, name=f"server-{self.pid}", daemon=True).start()

    def terminate(self, limit_seconds: float) -> None:
        """Send SIGTERM to the leader, as an engine does, and wait; kill the group at the limit."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        cancellation.wait(limit_seconds, self.gone)
        self.kill()

    def kill(self) -> None:
        """Kill what is left of the group and wait until it is gone; safe to call twice."""
        with self._killing:
            if self._lifeline < 0:
                return
            kill_group(self.pid)
            self.gone.wait(KILL_SECONDS)
            select([self._lifeline], [], [], KILL_SECONDS)
            os.close(self._lifeline)
            self._lifeline = -1
            self._run.forget_process(self.pid)

    def members(self) -> ServerMembers:
        """The processes of this server that there are now."""
        leader = None if self.gone.is_set() else self.pid
        return ServerMembers(leader, self.pid, (RUN_VARIABLE, self._run.id))

    def _wait(self) -> None:
        returned = self._process.wait()
        self.code = 128 - returned if returned < 0 else returned
        self._ended(self.code)
        self.gone.set()


def start(
    order: Order, run: Run, output: int, pass_fds: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start a command as the leader of a process group that the run owns.

    Raises:
        ConfigError: the command or its folder cannot be run.
    """
    try:
        process = subprocess.Popen(
            order.command,
            cwd=order.folder,
            env={**order.environment, **run.environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=pass_fds,
        )
    except OSError as error:
        raise ConfigError(
            f"{order.place}: {order.command[0]!r} cannot be run in {order.folder}: "
            f"{error.strerror}; name an executable on PATH, or one relative to that folder"
        ) from None
    run.note_process(process.pid)
    return process


def kill_group(pid: int) -> None:
    """SIGKILL every process of a group that is still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)

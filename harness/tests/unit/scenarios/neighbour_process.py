"""A neighbour that is a process of this machine, and a deployment that can harm it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from apps.judging import TESTS
from unit.scenarios.bench import InFront

from boxproof.core.polling import until
from boxproof.probes.start_watch import Startup
from boxproof.targets.abilities import Line

READY_SECONDS = 20.0


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


class NeighbourProcess:
    """The toy's database; its network is cut by pausing it, for a process has none of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        folder.mkdir()
        self._environment = {
            **os.environ,
            "PORT": str(self.port),
            "DATA": str(folder),
            "PYTHONPATH": str(TESTS),
        }
        self._child: subprocess.Popen[bytes] | None = None
        self.start()

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def start(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "apps.neighbours.database"], env=self._environment
        )
        assert until(self._listens, READY_SECONDS)

    def pause(self) -> None:
        assert self._child is not None
        self._child.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._child is not None
        self._child.send_signal(signal.SIGCONT)

    def cut_off(self) -> None:
        self.pause()

    def reconnect(self) -> None:
        self.resume()

    def lines(self) -> tuple[Line, ...]:
        return ()

    def _end(self, how: int) -> None:
        assert self._child is not None
        self._child.send_signal(how)
        self._child.wait()

    def _listens(self) -> bool:
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0


class Beside(InFront):
    """A deployment beside a neighbour, and able to be made anew by a restart."""

    def __init__(self, deployment: Any, neighbour: NeighbourProcess) -> None:
        super().__init__(deployment)
        self._neighbour = neighbour

    def neighbour(self, name: str) -> NeighbourProcess:
        assert name == "database"
        return self._neighbour

    def recreate(self, *, keep_volume: bool) -> Startup:
        assert keep_volume
        self.behind.stop()
        startup: Startup = self.behind.start()
        return startup

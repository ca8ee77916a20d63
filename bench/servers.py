"""Starts and stops the servers that are measured: by their process, on ports of the loopback."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from gpt2_service.settings import OPTIONS

ROOT = Path(__file__).parents[1]
CONFIGURATION = ROOT / "service" / "gunicorn.conf.py"
START_SECONDS = 120.0
STOP_SECONDS = 40.0
LOOK_SECONDS = 0.02
#: uvicorn's own line, of every process that has it inside.
SERVES = "Application startup complete"
TAIL_LINES = 30


class Server:
    """A server process that writes its log to a file."""

    def __init__(
        self, name: str, command: list[str], environment: Mapping[str, str], port: int, log: Path
    ) -> None:
        """Start it; it may not be ready yet."""
        self.name = name
        self.port = port
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**_environment(), **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    @property
    def workers(self) -> list[int]:
        """The processes that it forked."""
        pid = self._process.pid
        return sorted(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))

    def ready(self, processes: int = 1) -> None:
        """Wait until so many processes serve; raises BenchError when they do not."""
        limit = time.monotonic() + START_SECONDS
        while not self.ended and time.monotonic() < limit:
            if self.log.read_text(errors="replace").count(SERVES) >= processes:
                return
            time.sleep(LOOK_SECONDS)
        raise BenchError(f"{self.name} did not start")

    def entries(self) -> Iterator[dict[str, Any]]:
        """The log's JSON lines."""
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("{") and line.endswith("}"):
                yield json.loads(line)

    def calls(self) -> dict[str, int]:
        """Which worker made the texts of each request, by the request's id."""
        return {
            entry["request_id"]: entry["process"]
            for entry in self.entries()
            if entry["message"] == "model call" and "request_id" in entry
        }

    def tail(self) -> str:
        """The end of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        return "\n".join(f"  | {line}" for line in lines)

    def stop(self) -> None:
        """End it as an operator does, and by force when that does not help."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            print(f"{self.name} did not end within {STOP_SECONDS:g} s", file=sys.stderr)
        finally:
            # Workers notice within a second that their master is gone, and end.
            self._process.kill()
            self._process.wait()


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Stop a server at the end; when something fails and it is dead, its log is shown."""
    try:
        yield server
    except Exception:
        if server.ended:
            print(f"{server.name} has ended; its log:\n{server.tail()}", file=sys.stderr)
        raise
    finally:
        server.stop()


class Workplace:
    """A folder for everything that a run writes, and the checkpoint that it measures with."""

    def __init__(self, folder: Path, checkpoint: Path) -> None:
        self.checkpoint = checkpoint
        self._folder = folder
        self._files = 0

    def file(self, name: str) -> Path:
        """A path that nothing else has."""
        self._files += 1
        return self._folder / f"{self._files}-{name}"

    def service(
        self, name: str, workers: int = 2, checkpoint: Path | None = None, **settings: str
    ) -> Server:
        """Start the service as the image does, on an empty database; it may not be ready yet."""
        port = free_port()
        environment = {
            "MODEL_PATH": str(checkpoint or self.checkpoint),
            "DATABASE_URL": f"sqlite:///{self.file(name + '.db')}",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "WORKERS": str(workers),
            **settings,
        }
        command = ["gunicorn", "-c", str(CONFIGURATION), "gpt2_service.asgi:app"]
        return Server(name, command, environment, port, self.file(name + ".log"))

    def tutorial(self) -> Server:
        """Start the tutorial's service, with a count of its tokens."""
        port = free_port()
        environment = {
            "MODEL": str(self.checkpoint),
            "DATABASE": str(self.file("tutorial.db")),
        }
        command = ["uvicorn", "bench.counted:app", "--host", "127.0.0.1", "--port", str(port)]
        return Server("tutorial", command, environment, port, self.file("tutorial.log"))


def free_port() -> int:
    """A port of the loopback that nobody has at the moment."""
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        port: int = candidate.getsockname()[1]
        return port


def _environment() -> dict[str, str]:
    """This environment without the service's settings, so that its defaults are measured."""
    settings = {option.variable for option in OPTIONS}
    return {name: value for name, value in os.environ.items() if name not in settings}

"""The image's HEALTHCHECK, run as the image runs it."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "healthcheck.py"


@pytest.fixture
def answer() -> Iterator[Callable[[int], int]]:
    """Start a server that answers `/health` with a status and return its port."""
    with ExitStack() as stack:

        def start(status: int) -> int:
            class Handler(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    self.send_response(status if self.path == "/health" else 404)
                    self.end_headers()

                def log_message(self, *arguments: object) -> None:
                    del arguments

            server = stack.enter_context(HTTPServer(("127.0.0.1", 0), Handler))
            Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            return server.server_port

        yield start


def run(port: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(SCRIPT)]
    environment = {**os.environ, "PORT": str(port)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_healthy(answer: Callable[[int], int]) -> None:
    """200 is healthy."""
    done = run(answer(200))
    assert (done.returncode, done.stderr) == (0, "")
    assert "200" in done.stdout


@pytest.mark.parametrize("status", [204, 404, 503])
def test_another_status_is_unhealthy(answer: Callable[[int], int], status: int) -> None:
    """Anything but 200 is unhealthy, and the health log says what it was."""
    done = run(answer(status))
    assert (done.returncode, done.stderr) == (1, "")
    assert str(status) in done.stdout


def test_nobody_listens() -> None:
    """A refused connection is unhealthy, in one line."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        done = run(unused.getsockname()[1])
    assert (done.returncode, done.stderr) == (1, "")
    assert "refused" in done.stdout
    assert done.stdout.count("\n") == 1

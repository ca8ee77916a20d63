"""The service as a process: gunicorn with the shipped configuration."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any

from starlette.testclient import TestClient

CONFIGURATION = Path(__file__).parents[1] / "gunicorn.conf.py"
TIME_LIMIT_SECONDS = 60.0
FIRST_WAIT_SECONDS = 0.02

Serve = Callable[..., "Server"]
ClientFactory = Callable[..., TestClient]


class Server:
    """A running server; its stdout and stderr are read line by line as they are written."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = int(environment.get("PORT") or _free_port())
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", CONFIGURATION, "gpt2_service.asgi:app"],
            env={**os.environ, "PORT": str(self.port), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.output: list[str] = []
        self.errors: list[str] = []
        self._news = threading.Condition()
        streams = ((self.process.stdout, self.output), (self.process.stderr, self.errors))
        self._readers = [threading.Thread(target=self._read, args=pair) for pair in streams]
        for reader in self._readers:
            reader.start()

    @property
    def log(self) -> list[dict[str, Any]]:
        """Every line of stdout, each of which must be JSON."""
        return [json.loads(line) for line in self.output]

    @property
    def worker_pids(self) -> list[int]:
        prefix = "Booting worker with pid"
        return [entry["process"] for entry in self.log if entry["message"].startswith(prefix)]

    def wait_for_log(self, condition: Callable[["Server"], bool]) -> None:
        """Wait until the condition holds; it is looked at after every line."""
        with self._news:
            assert self._news.wait_for(lambda: condition(self), TIME_LIMIT_SECONDS), self.output

    def wait_until_ready(self, workers: int = 1) -> "Server":
        """Wait until so many workers serve."""
        self.wait_for_log(
            lambda server: sum("startup complete" in line for line in server.output) >= workers
        )
        return self

    def first_answer(self) -> tuple[int, int, Any]:
        """Ask for /health from now until it is answered: refusals before, status and body."""
        limit = time.monotonic() + TIME_LIMIT_SECONDS
        refusals = 0
        while time.monotonic() < limit:
            try:
                status, body = self.get("/health")
            except urllib.error.URLError:
                refusals += 1
                threading.Event().wait(FIRST_WAIT_SECONDS)
            else:
                return refusals, status, body
        raise TimeoutError(self.output)

    def get(self, path: str) -> tuple[int, Any]:
        url = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(url, timeout=TIME_LIMIT_SECONDS) as response:
            return response.status, json.load(response)

    def status(self, path: str) -> int:
        """Return the status that a new connection gets, whatever it is."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=TIME_LIMIT_SECONDS)) as fresh:
            return answer_of(fresh, path)[0]

    def wait_until_unready(self) -> None:
        """Ask until readiness is refused."""
        limit = time.monotonic() + TIME_LIMIT_SECONDS
        while self.status("/readyz") == 200:
            assert time.monotonic() < limit, self.output

    def text(self, path: str, **headers: str) -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=TIME_LIMIT_SECONDS) as response:
            return str(response.read(), "utf-8")

    def generate(self, **body: Any) -> tuple[int, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/generate",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=TIME_LIMIT_SECONDS) as response:
            return response.status, json.load(response)

    def model_calls(self) -> list[dict[str, Any]]:
        """Return the log's line of every model call so far."""
        return [entry for entry in self.log if entry["message"] == "model call"]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=TIME_LIMIT_SECONDS)

    def begin_generate(self, **body: Any) -> socket.socket:
        """Send a request and return its connection once the application has the request."""
        content = json.dumps(body).encode()
        head = (
            "POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\nExpect: 100-continue\r\n\r\n"
        )
        connection = self.connect()
        connection.sendall(head.encode())
        # "Continue" means that the application asks for the body.
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(content)
        return connection

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Wait for the end and return the exit code."""
        code = self.process.wait(TIME_LIMIT_SECONDS)
        # Both streams end with the last process that holds them: workers must not stay behind.
        for reader in self._readers:
            reader.join(TIME_LIMIT_SECONDS)
            assert not reader.is_alive(), "a worker outlived its master"
        return code

    def close(self) -> None:
        """End the server if it still runs, as Ctrl-C's stronger sister does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
        try:
            self.wait()
        finally:
            self.process.kill()
            for stream in (self.process.stdout, self.process.stderr):
                assert stream is not None
                stream.close()

    def _read(self, stream: IO[str], lines: list[str]) -> None:
        for line in stream:
            with self._news:
                lines.append(line.rstrip("\n"))
                self._news.notify_all()


def answer_of(connection: HTTPConnection, path: str) -> tuple[int, str | None]:
    """Return status and `Connection` of an answer on a connection that may be used again."""
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    return response.status, response.getheader("Connection")


def read_response(connection: socket.socket) -> tuple[bytes, bytes]:
    """Read until the server closes the connection; return head and body."""
    with connection.makefile("rb") as stream:
        head, _, body = stream.read().partition(b"\r\n\r\n")
    return head, body


def _free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        port: int = candidate.getsockname()[1]
        return port

"""A small pre-forking HTTP server: one master, several workers on one listening socket."""

import contextlib
import json
import math
import os
import select
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.request_bodies import body_of

if TYPE_CHECKING:
    from apps.good import Service

BACKLOG = 128
POLL_SECONDS = 0.02
#: What a worker that is told to end gives the requests that it has in hand.
GRACE_SECONDS = 7.0


@dataclass(frozen=True)
class Settings:
    """What the environment asks for."""

    host: str
    port: int
    workers: int
    data: Path
    model: Path | None


def log(level: str, message: str, **more: Any) -> None:
    """One JSON line, written at once so that no other process's line cuts it."""
    line = json.dumps({"level": level, "message": message, **more}) + "\n"
    os.write(1, line.encode())


class Listener(ThreadingHTTPServer):
    """Serves connections of a socket that other processes accept from as well."""

    daemon_threads = False  # in-flight requests are finished before the worker ends

    def __init__(self, shared: socket.socket, service: "Service") -> None:
        super().__init__(("", 0), service.handler_class, bind_and_activate=False)
        self.socket.close()
        self.socket = shared
        self.server_name, self.server_port = shared.getsockname()[:2]
        self.service = service

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        connection.setblocking(True)  # BSD hands the listening socket's mode on
        return connection, address

    def handle_error(self, *_: Any) -> None:
        log("error", f"connection lost: {sys.exception()!r}")


class Handler(BaseHTTPRequestHandler):
    """One request a connection; every method is routed by the service."""

    protocol_version = "HTTP/1.1"
    server: Listener

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def handle_any(self) -> None:
        """Answer the request, whatever its method."""
        path, _, query = self.path.partition("?")
        service = self.server.service
        body = self.body()
        response = (
            service.unreadable()
            if body is None
            else service.kept_out(path, dict(self.headers), query)
            or service.respond(self.command, path, query, body)
        )
        self.send_response_only(response.status)
        always = {"Content-Type": "application/json", **service.every_header(dict(self.headers))}
        for name, value in {**always, **response.headers}.items():
            self.send_header(name, value)
        self.end_connection()
        if isinstance(response.body, Iterator):
            self.send_stream(response.body)
        else:
            self.send_whole(json.dumps(response.body).encode())
        # What is longer than a pipe takes at once could be cut by another process's line.
        log("info", "request", method=self.command, path=path[:200], status=response.status)

    def body(self) -> bytes | None:
        """The request's body; None where nobody can say where it ends."""
        return body_of(self)

    def end_connection(self) -> None:
        """Say that the connection ends with this answer."""
        self.send_header("Connection", "close")

    def log_message(self, format: str, *values: Any) -> None:
        """Log what was no request as everything else."""
        log("info", (format % values)[:200])

    def send_whole(self, data: bytes) -> None:
        """Send a body of known length, where one is wanted."""
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def send_stream(self, parts: Iterator[bytes]) -> None:
        """Send each part of a body when it is there, as a chunk (RFC 9112, 7.1)."""
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in parts:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")


class Master:
    """Loads the service, then keeps its workers alive until SIGTERM."""

    grace_seconds = GRACE_SECONDS

    def __init__(self, service_class: type["Service"]) -> None:
        self.service_class = service_class
        self.children: set[int] = set()
        self.replaced: set[int] = set()
        self.stopping = False

    def run(self) -> None:
        """Run until SIGTERM, then leave with 0; a bad setting is one line and exit code 2."""
        settings = self.settings()
        log("info", "loading", model=str(settings.model))
        service = self.service_class(settings)
        shared = socket.create_server((settings.host, settings.port), backlog=BACKLOG)
        shared.setblocking(False)
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGHUP, lambda *_: self.reload(shared, service))
        for _ in range(settings.workers):
            self.fork(shared, service)
        log("info", "listening", port=settings.port, workers=settings.workers)
        while self.children:
            pid, status = self.reap()
            if pid not in self.children:
                continue  # an orphan that was handed to the first process
            self.children.discard(pid)
            if not self.stopping and pid not in self.replaced:
                log("warning", "worker ended", pid=pid, status=status)
                self.replace(shared, service)
        sys.exit(0)

    def reap(self) -> tuple[int, int]:
        """Wait for the end of a child, whoever it was born to."""
        return os.wait()

    def reload(self, shared: socket.socket, service: "Service") -> None:
        """Put new workers in the place of the old ones, which finish what they have in hand."""
        old = self.children - self.replaced
        for _ in old:
            self.fork(shared, service)
        self.replaced |= old
        self.end(old)

    def end(self, workers: set[int]) -> None:
        """Send SIGTERM to workers."""
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def replace(self, shared: socket.socket, service: "Service") -> None:
        """Make a worker for one that ended."""
        self.fork(shared, service)

    def stop(self, *_: object) -> None:
        """Pass SIGTERM on to every worker."""
        self.stopping = True
        self.end(set(self.children))

    def fork(self, shared: socket.socket, service: "Service") -> None:
        """Start one worker; SIGTERM waits until both sides know what to do with it."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        pid = os.fork()
        if pid == 0:
            self.work(Listener(shared, service))
            os._exit(0)
        self.children.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def work(self, listener: Listener) -> None:
        """Serve until SIGTERM, then finish what is in flight, as far as the grace allows."""
        self.stopping = False
        signal.signal(signal.SIGTERM, self.finish)
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        while not self.stopping:
            # A socket that does not block would have `handle_request` look again without a pause.
            if select.select([listener], [], [], POLL_SECONDS)[0]:
                listener.handle_request()
        listener.server_close()

    def finish(self, *_: object) -> None:
        """SIGTERM in a worker. A handler of signals starts no thread: it could hang on a lock."""
        if not self.stopping:
            self.stopping = True
            signal.setitimer(signal.ITIMER_REAL, self.grace_seconds)

    def settings(self) -> Settings:
        """The settings, or one line and the end."""
        port = os.environ.get("PORT", "8000")
        if not port.isdigit() or not 0 < int(port) < 65536:
            self.refuse(f"PORT is {port!r}, not a port")
        model = os.environ.get("MODEL", "")
        if model and not Path(model).is_file():
            self.refuse(f"MODEL is {model!r}, which is no file")
        data = Path(os.environ.get("DATA", "."))
        return Settings(
            host=os.environ.get("HOST", "127.0.0.1"),
            port=int(port),
            workers=self.worker_count(os.environ.get("WORKERS", "1")),
            data=data,
            model=Path(model) if model else None,
        )

    def worker_count(self, wanted: str) -> int:
        """How many workers ``WORKERS`` asks for."""
        if wanted == "max":
            return max(1, math.floor(cpu_limit()))
        if not wanted.isdigit() or int(wanted) < 1:
            self.refuse(f"WORKERS is {wanted!r}, neither a number above 0 nor 'max'")
        return int(wanted)

    def refuse(self, reason: str) -> None:
        """Say why in one line and end with exit code 2."""
        log("error", reason)
        sys.exit(2)


def cpu_limit() -> float:
    """The container's CPU limit in cores (cgroup 2, then 1), or the machine's cores without one."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except OSError:
        try:
            folder = Path("/sys/fs/cgroup/cpu")
            quota = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text().strip()
        except OSError:
            return float(os.cpu_count() or 1)
    return int(quota) / int(period) if quota.isdigit() else float(os.cpu_count() or 1)

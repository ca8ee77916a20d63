"""How the fuzzing of a document grows with its operations; see README.md."""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Schema, Service
from boxproof.drivers.schemathesis import Fuzzer, FuzzingProcess
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal

DOCUMENT = "/openapi.json"
OPERATIONS = (10, 100, 1000)
#: Every operation's only parameter, so that a document grows by its operations alone.
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a line for each document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=60.0, metavar="SECONDS")
    chosen = parser.parse_args(arguments)
    print("operations  bytes  first case s  requests  reached  share  all s")
    for operations in OPERATIONS:
        print(measure(operations, chosen.limit), flush=True)
    return 0


def measure(operations: int, limit_seconds: float) -> str:
    """Have one document fuzzed, and tell its numbers."""
    document = json.dumps(described(operations)).encode()
    firsts: list[float] = []
    with served(document, firsts) as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = Config(folder, Service(name="bench"), ValidRequest("/things0"), schema=Schema())
        fuzzer = Fuzzer(
            config=config,
            endpoint=lambda: Endpoint(url),
            journal=Journal(),
            seed=1,
            process=lambda: FuzzingProcess(folder),
            say=lambda _: None,
            limit_seconds=limit_seconds,
        )
        began = time.monotonic()
        run = fuzzer.results()
        seconds = time.monotonic() - began
    requests = sum(each.total for each in run.phases)
    first = firsts[0] - began if firsts else float("nan")
    return (
        f"{operations:10} {len(document):6} {first:13.1f} {requests:9} {run.reached:8} "
        f"{run.reached / operations:6.0%} {seconds:6.1f}"
    )


def described(operations: int) -> dict[str, Any]:
    """A document of so many operations."""
    answers = {each: {"description": ""} for each in ("200", "405")}
    operation = {"parameters": [LIMIT], "responses": answers}
    paths = {f"/things{number}": {"get": operation} for number in range(operations)}
    return {"openapi": "3.1.0", "info": {"title": "bench", "version": "1"}, "paths": paths}


@contextmanager
def served(document: bytes, firsts: list[float]) -> Iterator[str]:
    """Serve a document and its operations; when the first of these is asked for goes to a list."""

    class Handler(BaseHTTPRequestHandler):
        """Answers any method at once."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            """The document, or nothing."""
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = document if self.path == DOCUMENT else b""
            if not body and not firsts:
                firsts.append(time.monotonic())
            self.send_response_only(200 if self.command == "GET" else 405)
            self.send_header("Allow", "GET")
            if body:
                self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    raise SystemExit(main())

"""The neighbour: keeps the records of others in a SQLite file.

``python -m apps.neighbours.database`` runs it. ``PORT``, ``HOST`` and ``DATA`` say where.
"""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from apps.store import Store

CALLS = ("keep", "get", "newest")


class Handler(BaseHTTPRequestHandler):
    """Calls a method of the store: its name and its arguments in, what it returns out."""

    store: Store

    def do_POST(self) -> None:
        call, *arguments = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert call in CALLS
        body = json.dumps(getattr(self.store, call)(*arguments)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Every request would be too much."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Whoever asked has gone."""


if __name__ == "__main__":
    Handler.store = Store(Path(os.environ["DATA"]))
    address = (os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"]))
    with Server(address, Handler) as server:
        print(f"database: listening on port {address[1]}", flush=True)
        server.serve_forever()

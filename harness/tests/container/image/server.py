"""A service with a worker, a count kept in its data folder and a model that it must read."""

import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DATA = Path("/data/count")


class Handler(BaseHTTPRequestHandler):
    """GET /health, /count; POST /count adds one."""

    def do_GET(self) -> None:
        self.answer({"status": "healthy", "count": count()})

    def do_POST(self) -> None:
        DATA.write_text(str(count() + 1))
        self.answer({"count": count()})

    def answer(self, body: object) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


def count() -> int:
    """How often was counted on this data."""
    return int(DATA.read_text()) if DATA.exists() else 0


def main() -> None:
    """Refuse to start, use up the memory, or serve until SIGTERM."""
    if os.environ.get("REFUSE"):
        sys.exit("cannot start: REFUSE is set")
    if os.environ.get("EAT"):
        eaten = [bytes([each % 255 + 1]) * 10_000_000 for each in range(1000)]
        print(len(eaten))
    if os.environ.get("HANG"):
        print("hanging")
        signal.pause()
    print("model says", Path("/model/words").read_text().strip())
    worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)", "worker"])
    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler)

    def stop(*_: object) -> None:
        print("stopping")
        worker.kill()
        time.sleep(float(os.environ.get("STOP_SECONDS", "0")))
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    print("ready", os.environ.get("NOTE", ""))
    server.serve_forever()


main()

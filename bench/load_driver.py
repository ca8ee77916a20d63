"""How many requests a second Locust drives through boxproof, beside its own command line.

Run as `python -m bench.load_driver`; see README.md.
"""

import argparse
import asyncio
import csv
import multiprocessing
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from bench.figures import at_least, show
from boxproof.config import load
from boxproof.drivers.locust.load_process import FOLDER, LoadProcess
from boxproof.endpoint import Endpoint
from boxproof.targets.run_lock import Run

USERS = 20
TARGET = 0.95
#: The same for both: they ask without a pause.
LOCUSTFILE = """\
from locust import FastHttpUser, constant, task

class Asker(FastHttpUser):
    wait_time = constant(0)

    @task
    def ask(self):
        self.client.get("/")
"""
CONFIG = """\
contract = 1
service = { name = "bare" }
work = { path = "/", method = "GET" }
load = { locustfile = "users.py" }
"""
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure by turns; 1 where the driver is slower than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each turn")
    chosen = parser.parse_args(arguments)
    ratios = []
    with tempfile.TemporaryDirectory(prefix="bench-load-") as name, answering() as url:
        folder = Path(name)
        (folder / "users.py").write_text(LOCUSTFILE)
        (folder / "boxproof.toml").write_text(CONFIG)
        for number in range(chosen.rounds):
            turns = {"command": command_line, "driver": driver}
            names = list(turns) if number % 2 == 0 else list(reversed(turns))
            rates = {each: turns[each](folder, url, chosen.seconds) for each in names}
            ratios.append(rates["driver"] / rates["command"])
            told = ", ".join(f"{each} {rates[each]:.0f} requests/s" for each in turns)
            print(f"round {number + 1}: {told}, ratio {ratios[-1]:.3f}", flush=True)
    figure = at_least("driver over command line, median", median(ratios), TARGET)
    return 0 if show([("load", [figure])]) else 1


def command_line(folder: Path, url: str, seconds: float) -> float:
    """Locust by its own command."""
    subprocess.run(
        [
            *(sys.executable, "-m", "locust", f"--locustfile={folder / 'users.py'}"),
            *(f"--host={url}", "--headless", f"--users={USERS}", f"--spawn-rate={USERS}"),
            *(f"--run-time={seconds:.0f}s", "--only-summary", f"--csv={folder / 'command'}"),
            f"--html={folder / 'command.html'}",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return per_second(folder / "command_stats.csv")


def driver(folder: Path, url: str, seconds: float) -> float:
    """Locust as `boxproof load` drives it, with the same users."""
    config = load(folder / "boxproof.toml")
    with Run(folder) as run:
        made = LoadProcess(Endpoint(url), config, config.load.chosen, run, folder / FOLDER)
        with closing(made):
            made.users(USERS, 1.0)
            made.wait_for(time.time() + seconds)
    return per_second(folder / FOLDER / "results_stats.csv")


def per_second(results: Path) -> float:
    """The requests a second of all operations, as Locust counts them."""
    with results.open() as lines:
        (whole,) = (each for each in csv.DictReader(lines) if each["Name"] == "Aggregated")
    if int(whole["Failure Count"]):
        raise SystemExit(f"{whole['Failure Count']} requests failed")
    return float(whole["Requests/s"])


@contextmanager
def answering() -> Iterator[str]:
    """A server that answers every request at once, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = multiprocessing.get_context("fork").Process(
            target=lambda: asyncio.run(_serve(listening)), daemon=True
        )
        server.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.terminate()
            server.join()


class _Answer(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        # A request of these users comes whole, and one at a time.
        self._transport.write(ANSWER * data.count(b"\r\n\r\n"))


async def _serve(listening: socket.socket) -> None:
    server = await asyncio.get_running_loop().create_server(_Answer, sock=listening)
    await server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())

"""What the first page of the history costs at 1,000 and at 1,000,000 records; see README.md."""

import argparse
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from gpt2_service.store.migrate import migrate
from gpt2_service.store.repository import EVERYTHING, Filter, History

#: How much longer a page may take at the larger of the two.
MOST_RATIO = 2.0
PAGE_RECORDS = 50
ROUNDS_BEFORE = 20
START_SECONDS = 30.0
CONFIGURATION = Path(__file__).parents[1] / "service" / "gunicorn.conf.py"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
#: A record a second, the oldest ten of a model that nothing else was made with.
FILL = """
    WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
    INSERT INTO generations (prompt, generated_text, model_name, created_at)
    SELECT 'The old lighthouse', 'The old lighthouse ' || hex(zeroblob(100)),
           iif(n < 10, 'rare', 'gpt2'),
           strftime('%Y-%m-%d %H:%M:%S', '2026-01-01', n || ' seconds') || '.000000'
    FROM numbers
"""


@dataclass(frozen=True)
class Question:
    """A first page: what is asked of it, as the repository and as the API take it."""

    name: str
    wanted: Filter
    query: Mapping[str, str]


OLDEST = (FIRST, FIRST + timedelta(seconds=60))
SPAN = {
    name: at.isoformat() for name, at in zip(("created_from", "created_to"), OLDEST, strict=True)
}
QUESTIONS = (
    Question("everything", EVERYTHING, {}),
    Question("model of nearly all", Filter("gpt2"), {"model": "gpt2"}),
    Question("model of the oldest ten", Filter("rare"), {"model": "rare"}),
    Question("model of none", Filter("none"), {"model": "none"}),
    Question("the first minute", Filter(None, *OLDEST), SPAN),
    Question("both", Filter("rare", *OLDEST), {"model": "rare", **SPAN}),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, and say by the exit code whether pages cost the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    chosen = parser.parse_args(arguments)
    ratio = largest_ratio((chosen.small, chosen.large), chosen.rounds)
    return 0 if ratio <= MOST_RATIO else 1


def largest_ratio(sizes: tuple[int, int], rounds: int) -> float:
    """Measure with databases of these sizes, print a table, and return the worst ratio."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        paths = [filled(Path(folder) / f"{size}.db", size) for size in sizes]
        histories = [stack.enter_context(closing(History(path))) for path in paths]
        servers = [stack.enter_context(served(path)) for path in paths]
        print(f"\nfirst page of {PAGE_RECORDS}: median ms of {rounds} rounds, interleaved")
        print(f"  {'':<36}{sizes[0]:>12,}{sizes[1]:>12,}   ratio")
        ratios = []
        for question in QUESTIONS:
            for layer, pages in (
                ("repository", [by_hand(history, question) for history in histories]),
                ("http", [over_http(server, question) for server in servers]),
            ):
                small, large = medians(pages, rounds)
                ratios.append(large / small)
                label = f"{question.name}, {layer}"
                print(f"  {label:<36}{small:>12.3f}{large:>12.3f}   {ratios[-1]:.2f}")
    return max(ratios)


def filled(path: Path, records: int) -> Path:
    """A database of the service with so many records."""
    began = time.perf_counter()
    migrate(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(FILL, (records,))
    seconds = time.perf_counter() - began
    print(f"{records:,} records: {path.stat().st_size / 1e6:.1f} MB in {seconds:.1f} s")
    return path


@contextmanager
def served(path: Path) -> Iterator[HTTPConnection]:
    """A connection to a service on a database, as the image runs it."""
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        port = candidate.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", str(CONFIGURATION), "gpt2_service.asgi:app"],
        env={
            **os.environ,
            "ENGINE": "scripted",
            "DATABASE_URL": f"sqlite:///{path}",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "LOG_LEVEL": "warning",
        },
    )
    connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        wait_for(connection, process)
        yield connection
    finally:
        connection.close()
        process.terminate()
        process.wait()


def wait_for(connection: HTTPConnection, process: subprocess.Popen[bytes]) -> None:
    """Wait until the service takes connections."""
    limit = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < limit:
        try:
            connection.connect()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the service did not start; see its line above")


def by_hand(history: History, question: Question) -> Callable[[], int]:
    """The repository's own page: returns how many records it has."""
    # One more, as the API asks for.
    return lambda: len(history.page(PAGE_RECORDS + 1, None, question.wanted))


def over_http(connection: HTTPConnection, question: Question) -> Callable[[], int]:
    """The API's page: returns how many bytes it has."""
    path = "/history?" + urlencode({"limit": PAGE_RECORDS, **question.query})

    def ask() -> int:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{path}: {response.status} {body!r}")
        return len(body)

    return ask


def medians(pages: Sequence[Callable[[], int]], rounds: int) -> list[float]:
    """Milliseconds of each page; every round asks for all of them, by turns from either end."""
    times: list[list[float]] = [[] for _ in pages]
    for number in range(ROUNDS_BEFORE + rounds):
        order = range(len(pages)) if number % 2 else reversed(range(len(pages)))
        for index in order:
            began = time.perf_counter()
            pages[index]()
            if number >= ROUNDS_BEFORE:
                times[index].append((time.perf_counter() - began) * 1000)
    return [median(each) for each in times]


if __name__ == "__main__":
    sys.exit(main())

"""What a boot by the harness costs beside the container's own start; see README.md."""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median

from boxproof import config as configuration
from boxproof.config.options import Config
from boxproof.core.errors import BoxproofError
from boxproof.journal import Journal
from boxproof.targets.base import Variant
from boxproof.targets.compose import ComposeTarget
from boxproof.targets.compose.compose_deployment import ComposeDeployment
from boxproof.targets.run_lock import Run

#: Of the boot, what the harness may take to notice that a service is ready.
NOTICED_SHARE = 0.1
#: A connection that is taken before the server works is answered the moment that it does, so it is
#: kept rather than tried anew.
LOOK_SECONDS = 5.0
#: How often the port of a container that has only just been made is asked for.
PORT_SECONDS = 0.01


@dataclass(frozen=True)
class Round:
    """Seconds of one round: a bare boot, one by the harness, and how late that noticed."""

    bare: float
    boxproof: float
    late: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, and say by the exit code whether readiness is noticed in time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("boxproof.toml"))
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    try:
        config = configuration.load(chosen.config)
        with begun(config) as (target, journal):
            rounds = [measure(target, config, journal, each) for each in range(chosen.rounds)]
    except BoxproofError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return report(rounds)


@contextmanager
def begun(config: Config) -> Iterator[tuple[ComposeTarget, Journal]]:
    """A run of the harness whose image is built; nothing of it is left behind."""
    run = Run(config.root)
    try:
        with tempfile.TemporaryDirectory() as folder:
            journal = Journal(Path(folder) / "journal.jsonl")
            target = ComposeTarget(config, journal, run, print)
            try:
                target.prepare()
                yield target, journal
            finally:
                target.close()
                journal.close()
    finally:
        run.close()


def measure(target: ComposeTarget, config: Config, journal: Journal, number: int) -> Round:
    """One boot of each kind, by turns the one or the other first."""
    if number % 2:
        seconds, late = by_boxproof(target, config, journal)
        bare = by_hand(target, config)
    else:
        bare = by_hand(target, config)
        seconds, late = by_boxproof(target, config, journal)
    print(f"round {number + 1}: bare {bare:.2f} s, boxproof {seconds:.2f} s, late {late:+.3f} s")
    return Round(bare, seconds, late)


def by_hand(target: ComposeTarget, config: Config) -> float:
    """``docker compose up -d`` and a tight loop: seconds from the order until ready."""
    deployment = target.place(Variant("bare"))
    try:
        began = time.monotonic()
        deployment.executor.execute("up -d --no-build --quiet-pull")
        return ready_at(deployment, config, threading.Event()) - began
    finally:
        deployment.close()


def by_boxproof(target: ComposeTarget, config: Config, journal: Journal) -> tuple[float, float]:
    """The harness's own boot: seconds from the order until it knew, and how late it knew."""
    deployment = target.place(Variant("boxproof"))
    truly: list[float] = []
    over = threading.Event()
    watcher = threading.Thread(
        target=lambda: truly.append(ready_at(deployment, config, over)), name="tight-loop"
    )
    try:
        began = time.monotonic()
        watcher.start()
        deployment.boot()
        seconds = deployment.startup.seconds
        noticed = time.monotonic() - (journal.now() - deployment.startup.ready)
        watcher.join(config.limits.boot_seconds)
        # Who of the two heard first is chance where the server answers both at once: then below 0.
        return seconds, noticed - (truly[0] if truly else began)
    finally:
        over.set()
        watcher.join()
        deployment.close()


def ready_at(deployment: ComposeDeployment, config: Config, over: threading.Event) -> float:
    """When the health path first answered 200; it is asked again without a pause."""
    port = None
    while not over.is_set():
        port = port or published(deployment)
        if port is None:
            over.wait(PORT_SECONDS)
        elif healthy(deployment.project.host, port, config.health.path):
            break
    return time.monotonic()


def published(deployment: ComposeDeployment) -> int | None:
    """The host's port; None while there is none yet."""
    try:
        return deployment.container.state().ports.get(deployment.project.port)
    except BoxproofError:
        return None


def healthy(host: str, port: int, path: str) -> bool:
    """Ask once, on a connection of its own."""
    connection = HTTPConnection(host, port, timeout=LOOK_SECONDS)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def report(rounds: Sequence[Round]) -> int:
    """Print medians and ratios."""
    bare, seconds = median(r.bare for r in rounds), median(r.boxproof for r in rounds)
    ratio = median(r.boxproof / r.bare for r in rounds)
    late = median(r.late for r in rounds)
    share = median(r.late / r.boxproof for r in rounds)
    rows = [
        ("bare: compose up, tight loop", f"{bare:8.2f} s", "1.00"),
        ("boxproof: its own boot", f"{seconds:8.2f} s", f"{ratio:.2f}"),
        ("noticed after the true readiness", f"{late:+8.3f} s", f"{share:+.3f} of the boot"),
    ]
    print(f"\nmedian of {len(rounds)} rounds")
    for name, value, beside in rows:
        print(f"  {name:<34}{value}  {beside}")
    return 0 if share <= NOTICED_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())

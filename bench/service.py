"""Everything that the service promises to be fast and steady at, beside its targets.

Run as `python -m bench.service`; see README.md.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench import cold, history, overload, slow_clients, soak, speed, texts, users
from bench.errors import BenchError
from bench.figures import Figure, at_most, show
from bench.servers import ROOT, Workplace

Part = Callable[[Workplace], list[Figure]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print one table, and say by the exit code whether every target was reached.

    1: one was missed; 2: something could not be measured.
    """
    chosen = _parser().parse_args(arguments)
    # Servers are ended on the way out, whoever wants this to stop.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
    parts = _parts(chosen)
    results: list[tuple[str, list[Figure]]] = []
    failed = False
    with tempfile.TemporaryDirectory(prefix="bench-service-") as folder:
        place = Workplace(Path(folder), _checkpoint(chosen.checkpoint or Path(folder) / "gpt2"))
        for name in chosen.only or parts:
            began = time.monotonic()
            try:
                figures = parts[name](place)
            except Exception as error:
                # The other parts are worth their time all the same.
                failed = True
                if isinstance(error, BenchError):
                    print(f"{name}: {error}", file=sys.stderr)
                else:
                    traceback.print_exception(error)
            else:
                results.append((f"{name} ({time.monotonic() - began:.0f} s)", figures))
    reached = show(results)
    if failed:
        print("something could not be measured; see above", file=sys.stderr)
    return 2 if failed else 0 if reached else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        choices=("speed", "users", "texts", "soak", "history", "cold", "slow", "overload", "steps"),
        help="measure this part; may be given more than once",
    )
    parser.add_argument("--rounds", type=int, default=3, help="of speed, cold and steps")
    parser.add_argument("--users-seconds", type=float, default=20.0)
    parser.add_argument("--texts", type=int, default=200, help="greedy ones, and as many seeded")
    parser.add_argument("--requests", type=int, default=10_000, help="of soak")
    parser.add_argument("--history-records", type=int, default=1_000_000)
    parser.add_argument("--history-rounds", type=int, default=100)
    parser.add_argument(
        "--overload-picture", type=Path, metavar="SVG", help="draw the curve of overload here"
    )
    parser.add_argument(
        "--checkpoint", type=Path, help="keep the checkpoint of GPT-2's size here; made if missing"
    )
    return parser


def _parts(chosen: argparse.Namespace) -> dict[str, Part]:
    return {
        "speed": partial(speed.measure, rounds=chosen.rounds),
        "users": partial(users.measure, seconds=chosen.users_seconds),
        "texts": partial(texts.measure, count=chosen.texts),
        "soak": partial(soak.measure, requests=chosen.requests),
        "history": partial(_history, records=chosen.history_records, rounds=chosen.history_rounds),
        "cold": partial(cold.measure, rounds=chosen.rounds),
        "slow": slow_clients.measure,
        "steps": partial(_steps, rounds=chosen.rounds),
        "overload": partial(overload.measure, picture=chosen.overload_picture),
    }


def _checkpoint(folder: Path) -> Path:
    """Write GPT-2 of its true size with random weights; torch stays out of this process."""
    command = [sys.executable, "-m", "bench.checkpoint", str(folder.resolve())]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SystemExit("bench.checkpoint has failed; see its lines above")
    return folder.resolve()


def _steps(place: Workplace, rounds: int) -> list[Figure]:
    # Not at the top, for it imports torch, and a process that holds it slows the starts beside it.
    from bench import convoy

    return convoy.measure(place, rounds)


def _history(place: Workplace, records: int, rounds: int) -> list[Figure]:
    del place
    ratio = history.largest_ratio((1_000, records), rounds)
    name = f"first page at {records:,} records over 1,000, worst"
    return [at_most(name, ratio, history.MOST_RATIO)]


if __name__ == "__main__":
    sys.exit(main())

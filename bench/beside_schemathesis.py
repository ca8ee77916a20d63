"""Which broken services boxproof finds, and which Schemathesis itself does; see README.md."""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

TESTS = Path(__file__).resolve().parent.parent / "harness" / "tests"
#: The families that need nothing but requests.
FAMILIES = ("smoke", "hygiene", "generation", "schema", "records")
GOOD = "good"
#: Of each operation and phase, for both.
EXAMPLES = 10
START_SECONDS = 20.0
#: A run that takes longer has found nothing.
RUN_SECONDS = 180.0
#: What both call a finding.
FOUND = 1


@dataclass(frozen=True)
class Tried:
    """What one tool made of one service.

    Attributes:
        found: whether it found something that it does not find in the good service.
    """

    found: bool
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge every broken service by both tools, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", action="append", choices=FAMILIES, help="these families alone")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    sys.path.insert(0, str(TESTS))
    broken = import_module("contract.test_toys").CAUGHT
    rows: dict[str, list[tuple[Tried, Tried]]] = {}
    with tempfile.TemporaryDirectory(prefix="beside-schemathesis-") as name:
        baseline = Path(name) / "good.json"
        clean = boxproof(GOOD, chosen.seed), schemathesis(GOOD, baseline, chosen.seed, accept=True)
        print(f"{GOOD}: boxproof {clean[0].seconds:.0f} s, Schemathesis {clean[1].seconds:.0f} s")
        if clean[0].found:
            sys.exit("boxproof finds something in the good service; see `boxproof run` on it")
        for toy in broken:
            family = toy.partition(".")[0]
            if family not in (chosen.family or FAMILIES):
                continue
            both = boxproof(toy, chosen.seed), schemathesis(toy, baseline, chosen.seed)
            rows.setdefault(family, []).append(both)
            said = "   ".join(f"{each.found!s:5} {each.seconds:5.1f} s" for each in both)
            print(f"{toy:45} {said}", flush=True)
    print("\n" + "\n".join(table(rows)))
    return 0


def boxproof(toy: str, seed: int) -> Tried:
    """Run the clauses of these families."""
    judging = import_module("apps.judging")
    chosen = ["--seed", str(seed), "--max-examples", str(EXAMPLES)]
    chosen += [word for family in FAMILIES for word in ("--family", family)]
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        judged = judging.judge_process(f"apps.{toy}", Path(folder), *chosen)
    return Tried(bool(judged.said("broken")), time.monotonic() - began)


def schemathesis(toy: str, baseline: Path, seed: int, accept: bool = False) -> Tried:
    """Run all its checks in all its phases, without what it finds in the good service too.

    ``accept`` writes that to ``baseline``. Raises RuntimeError when it could not be run.
    """
    with running(toy) as url:
        command = [*fuzz(url, EXAMPLES), "--seed", str(seed), "--baseline", str(baseline)]
        if accept:
            command += ["--baseline-update"]
        began = time.monotonic()
        try:
            done = subprocess.run(
                command,
                cwd=baseline.parent,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=RUN_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Tried(False, RUN_SECONDS)
    if done.returncode not in (0, FOUND):
        raise RuntimeError(f"schemathesis ended with {done.returncode}:\n{done.stdout}")
    return Tried(done.returncode == FOUND, time.monotonic() - began)


@contextmanager
def running(toy: str, log: Path | None = None) -> Iterator[str]:
    """A toy service on the loopback, by its URL; ``log`` is where its log goes."""
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        port = candidate.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, (log or Path(os.devnull)).open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"apps.{toy}"],
            env={**os.environ, "PYTHONPATH": str(TESTS), "DATA": folder, "PORT": str(port)},
            stdout=output,
            # One of them ends its whole process group.
            start_new_session=True,
        )
        try:
            wait_for(f"{url}/health")
            yield url
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def fuzz(url: str, examples: int) -> list[str]:
    """Schemathesis's command line for a service: every check, every phase, every failure."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
    command += ["--checks", "all", "--phases", "examples,coverage,fuzzing,stateful"]
    return [*command, "--continue-on-failure", "--no-shrink", "--max-examples", str(examples)]


def wait_for(url: str) -> None:
    """Wait until something answers; raises TimeoutError."""
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        try:
            urlopen(url).close()
        except URLError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"{url} does not answer")


def table(rows: dict[str, list[tuple[Tried, Tried]]]) -> Iterator[str]:
    """A row for each family, in Markdown."""
    yield "| broken services | boxproof finds | seconds | Schemathesis finds | seconds |"
    yield "| --- | --- | --- | --- | --- |"
    for family, tried in {**rows, "all": [each for row in rows.values() for each in row]}.items():
        cells = [f"{family}: {len(tried)}"]
        for tool in zip(*tried, strict=True):
            cells.append(str(sum(each.found for each in tool)))
            cells.append(f"{median(each.seconds for each in tool):.0f}")
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())

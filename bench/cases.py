"""How many requests a second the fuzz sends, beside Schemathesis's own command; see README.md."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median

from bench.beside_schemathesis import GOOD, TESTS, fuzz, running

#: Many, for what is measured is not how long either takes to start.
EXAMPLES = 100
#: What a run at an address is limited to unless it says otherwise.
UNLIMITED = "[url]\nrequests_per_second = 100000\nmax_requests = 1000000\n"


@dataclass(frozen=True)
class Cost:
    """What a tool needed.

    Attributes:
        requests: that the service answered.
        cpu_seconds: of the tool alone.
    """

    requests: int
    seconds: float
    cpu_seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both by turns; exit code 1 where boxproof sends fewer requests a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    sys.path.insert(0, str(TESTS))
    rounds = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(chosen.rounds):
            tools = (boxproof, schemathesis) if number % 2 else (schemathesis, boxproof)
            costs = {tool.__name__: tool(folder, number) for tool in tools}
            rounds.append((costs["boxproof"], costs["schemathesis"]))
    for place, tool in enumerate(("boxproof", "Schemathesis")):
        spent = [each[place] for each in rounds]
        print(
            f"{tool:13} {median(each.requests for each in spent):6.0f} requests "
            f"{median(each.requests / each.seconds for each in spent):6.1f} a second "
            f"{median(1000 * each.cpu_seconds / each.requests for each in spent):6.2f} ms CPU each"
        )
    rate = median(
        (ours.requests / ours.seconds) / (theirs.requests / theirs.seconds)
        for ours, theirs in rounds
    )
    cpu = median(
        (ours.cpu_seconds / ours.requests) / (theirs.cpu_seconds / theirs.requests)
        for ours, theirs in rounds
    )
    print(f"requests a second, boxproof to Schemathesis: {rate:.2f}x")
    print(f"CPU of a request, boxproof to Schemathesis:  {cpu:.2f}x")
    return 0 if rate >= 1 else 1


def boxproof(folder: Path, seed: int) -> Cost:
    """The clauses of the schema alone, at the address of the good toy."""
    judging = import_module("apps.judging")
    config = folder / "boxproof.toml"
    promised = judging.PROMISED.partition("[upgrade]")[0]
    config.write_text(promised.replace("port = 8000\n", "") + UNLIMITED)
    command = [sys.executable, "-m", "boxproof", "--config", str(config), "run", "--allow-writes"]
    command += ["--target", "url", "--family", "schema", "--report", str(folder / "report")]
    command += ["--max-examples", str(EXAMPLES), "--seed", str(seed), "--url"]
    return measured(lambda url: [*command, url], folder)


def schemathesis(folder: Path, seed: int) -> Cost:
    """All its checks and phases."""
    return measured(lambda url: [*fuzz(url, EXAMPLES), "--seed", str(seed)], folder)


def measured(command: Callable[[str], list[str]], folder: Path) -> Cost:
    """Run a tool at a new process of the good toy, which logs a line for each request."""
    log = folder / "toy.log"
    with running(GOOD, log) as url:
        began = time.monotonic()
        process = subprocess.Popen(
            command(url), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
    if code := os.waitstatus_to_exitcode(status):
        sys.exit(f"a tool ended with {code}:\n{said.decode(errors='replace')}")
    requests = log.read_text().count('"message": "request"')
    return Cost(requests, seconds, used.ru_utime + used.ru_stime)


if __name__ == "__main__":
    sys.exit(main())

"""Judges a toy service with the real command, and tells what was broken."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps import upgrades

TESTS = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 400.0

#: What is promised of every toy, whichever target it runs on.
PROMISED = (TESTS / "container" / "toys" / "boxproof.toml").read_text()


@dataclass(frozen=True)
class Judged:
    """What ``boxproof run`` said of a toy: verdicts by clause, its exit code and its output."""

    exit_code: int
    clauses: dict[str, dict[str, Any]]
    output: str

    def said(self, verdict: str) -> set[str]:
        """The clauses with that verdict."""
        return {name for name, each in self.clauses.items() if each["verdict"] == verdict}


def process_of(module: str) -> str:
    """The ``[process]`` table that runs a toy."""
    return f"""
[process]
command = ["{sys.executable}", "-m", "{module}"]
environment = {{ PYTHONPATH = "{TESTS}", DATA = "{{data}}" }}
"""


def judge(
    config: Path,
    report: Path,
    *arguments: str,
    module: str = "boxproof",
    command: str = "run",
    **environment: str,
) -> Judged:
    """Run ``boxproof run`` on the file ``config``, with its report in the folder ``report``.

    ``module`` is what is run in the place of ``boxproof``, with the same arguments, and ``command``
    what is run of it.
    """
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            module,
            "--config",
            config,
            command,
            "--report",
            report,
            *arguments,
        ],
        env={**os.environ, "PYTHONPATH": str(TESTS), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    assert (report / "report.json").exists(), done.stdout
    clauses = json.loads((report / "report.json").read_text())["clauses"]
    return Judged(done.returncode, {each["id"]: each for each in clauses}, done.stdout)


def judge_process(
    toy: str, folder: Path, *arguments: str, module: str = "boxproof", **environment: str
) -> Judged:
    """Judge a toy as a local process."""
    config = folder / "boxproof.toml"
    config.write_text(PROMISED + process_of(toy))
    upgrades.write_old(folder / "old.db")
    upgrades.write_newer(folder / "newer.db")
    given = ("--target", "process", *arguments)
    return judge(config, folder / "report", *given, module=module, **environment)

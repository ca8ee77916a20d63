"""Judges a toy service with the real command, and tells what was broken."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 180.0

#: What is promised of every toy.
PROMISED = """
[service]
name = "toy"
port = 8000
data_mount = "/data"

[welcome]

[health]
model_loaded = "/model_loaded"

[operations.create]
path = "/say"
body = { prompt = "Once upon a time", steps = 20 }
heavy = { steps = 200 }
output = "/text"

[operations.read]
path = "/records/{id}"

[operations.list]
path = "/records"

[schema]

[forbidden]
words = ["hate", "violence"]

[server]
master = "-m apps"
workers_variable = "WORKERS"
workers = 2
workers_max = "max"
port_variable = "PORT"
bad_setting = { WORKERS = "many" }
missing_model = { MODEL = "/nowhere" }
json_logs = true

[limits]
boot_seconds = 15
request_seconds = 10
stop_seconds = 3
refuse_seconds = 3
"""


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


def judge(folder: Path, config: str, target: str, *arguments: str, **environment: str) -> Judged:
    """Run ``boxproof run`` on ``config`` in ``folder``."""
    (folder / "boxproof.toml").write_text(config)
    done = subprocess.run(
        [sys.executable, "-m", "boxproof", "run", "--target", target, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    report = folder / "report" / "report.json"
    assert report.exists(), done.stdout
    clauses = json.loads(report.read_text())["clauses"]
    return Judged(done.returncode, {each["id"]: each for each in clauses}, done.stdout)

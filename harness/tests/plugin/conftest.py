"""Runs of the plugin and the command on the good toy service, as a local process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent.parent
TOY = f"""
contract = 1

[service]
name = "toy"
port = 8000

[work]
path = "/say"
body = {{ prompt = "Once upon a time", steps = 5 }}
text = "/prompt"

[records.sayings]
text = "/prompt"

[records.sayings.read]
path = "/records/{{id}}"

[records.sayings.list]
path = "/records"
order = "newest"
limit = "limit"

[limits]
boot_seconds = 20
stop_seconds = 10
refuse_seconds = 10

[process]
command = ["{sys.executable}", "-m", "apps.good"]
environment = {{ PYTHONPATH = "{TESTS}", DATA = "{{data}}" }}
"""


class Boxproof:
    """The command in a folder of its own.

    Attributes:
        to: arguments that a test's own setup has every run begin with.
    """

    to: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "boxproof.toml"
        self.config.write_text(TOY)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command."""
        return subprocess.Popen(
            [sys.executable, "-m", "boxproof", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Its exit code, standard output and standard error."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def report(self) -> dict[str, Any]:
        """What the last run wrote."""
        report: dict[str, Any] = json.loads((self.folder / "report" / "report.json").read_text())
        return report


@pytest.fixture
def boxproof_command(tmp_path: Path) -> Boxproof:
    """The command in a folder with a boxproof.toml of the good toy service."""
    return Boxproof(tmp_path)

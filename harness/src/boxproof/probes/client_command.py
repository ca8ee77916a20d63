"""A command of the team's own that is a client of the service, such as a collection of requests."""

import os
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass

from boxproof.config.options import Config
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.journal.entries import ClientEnded

#: The environment variable that tells it where the service is.
VARIABLE = "BASE_URL"
#: Of its output: the end says what failed.
SHOWN_LINES = 40


@dataclass(frozen=True, slots=True)
class Ended:
    """A client that has ended.

    Attributes:
        code: None where it had to be ended, since it took too long.
        output: the last lines of both its streams.
    """

    command: str
    url: str
    code: int | None
    seconds: float
    output: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """How it ended, in a few words."""
        if self.code is None:
            return f"had not ended after {self.seconds:.0f} s"
        return f"ended with exit code {self.code}"

    def evidence(self) -> tuple[str, ...]:
        """How to run it again, and what it said."""
        return (f"{VARIABLE}={self.url} sh -c {shlex.quote(self.command)}", *self.output)


def run_client(
    name: str, command: str, config: Config, endpoint: Endpoint, journal: Journal
) -> Ended:
    """Run a command in the folder of ``boxproof.toml`` until it ends, or for its time limit.

    It has the environment of this run, where a credential's variable is, and ``BASE_URL``.
    Whatever it started ends with it.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        ["sh", "-c", command],
        cwd=config.root,
        env={**os.environ, VARIABLE: endpoint.url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    code: int | None = None
    try:
        raw, _ = process.communicate(timeout=config.limits.client_seconds)
        code = process.returncode
    except subprocess.TimeoutExpired:
        _end(process)
        raw, _ = process.communicate()
    finally:
        _end(process)
    text = journal.redacted(raw.decode("utf-8", "replace"))
    ended = Ended(
        command,
        endpoint.url,
        code,
        round(time.monotonic() - began, 3),
        tuple(text.splitlines()[-SHOWN_LINES:]),
    )
    journal.write(
        ClientEnded(
            name=name, command=command, code=code, seconds=ended.seconds, output=ended.output
        )
    )
    return ended


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it, and what it started: they are a group of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

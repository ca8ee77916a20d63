"""The fuzzing process as its parent sees it: started, followed, never left behind."""

import json
import os
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Generator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import boxproof
from boxproof.core.errors import BoxproofError
from boxproof.drivers.schemathesis.wire import Job

WORKER = "boxproof.drivers.schemathesis.worker"

#: Beyond its job's limit and the request under way, for starting up and ending.
GRACE_SECONDS = 30.0

#: Variables whose names begin so would change what is drawn, or run someone else's code.
FOREIGN = ("HYPOTHESIS_", "SCHEMATHESIS_", "PYTEST_")


class FuzzFailed(BoxproofError):
    """The fuzzing tool itself failed; says nothing of the service."""


class FuzzingProcess:
    """A process that does one job; it loads what it needs as soon as it is there.

    It also ends when this process does, however.

    Args:
        folder: a scratch folder of its own.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._noise = folder / "stderr.txt"
        with self._noise.open("wb") as stderr:
            self._process = _start(folder, stderr)

    def messages(self, job: Job) -> Generator[dict[str, Any]]:
        """Have the job done, and yield what the process tells, until it has told the end.

        Close the generator to end the process.

        Raises:
            FuzzFailed: it ended before that, or went on too long.
        """
        process = self._process
        limit_seconds = job.limit_seconds + job.endpoint.limits.seconds + GRACE_SECONDS
        overdue = threading.Timer(limit_seconds, process.kill)
        overdue.daemon = True
        overdue.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            # It stays open: its end is how the process learns that this one has ended.
            process.stdin.write(job.to_line())
            process.stdin.flush()
            for line in process.stdout:
                told = json.loads(line)
                if told["kind"] == "end":
                    process.wait()
                    return
                yield told
        except (BrokenPipeError, ValueError):
            # It ended before it was told, or in the middle of a line.
            pass
        finally:
            overdue.cancel()
            self.close()
        raise FuzzFailed(f"the fuzzing process ended without a result: {_last_line(self._noise)}")

    def close(self) -> None:
        """End the process, wherever it is; nothing where it has ended."""
        self._process.kill()
        # What was written to a process that has ended cannot be flushed.
        with suppress(BrokenPipeError), self._process:
            pass


def environment(inherited: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The fuzzing process's environment: nothing in it that changes what a seed draws."""
    source = str(Path(boxproof.__file__).parent.parent)
    # An installed package is found anyway, and its folder must not come before Python's own.
    ours = None if source == sysconfig.get_path("purelib") else source
    kept = {name: value for name, value in inherited.items() if not name.startswith(FOREIGN)}
    return kept | {
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(filter(None, [ours, inherited.get("PYTHONPATH")])),
        "PYTHONUTF8": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
    }


def _start(folder: Path, stderr: BinaryIO) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-P", "-m", WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        cwd=folder,
        env=environment(os.environ, folder),
        encoding="utf-8",
        # Ctrl-C is this process's to handle: it ends the other.
        start_new_session=True,
    )


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing, or went on beyond its time limit"

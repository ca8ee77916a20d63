"""A command that is interrupted before it has begun anything ends silently."""

import signal
import subprocess
import sys

import pytest

#: Modules whose import ends early, in the middle and late, as Python tells on standard error.
MOMENTS = ("argparse", "boxproof.config.options", "boxproof.runner")


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_during_the_imports_ends_the_command(number: signal.Signals, moment: str) -> None:
    """No traceback, and the exit code of what was interrupted."""
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "boxproof", "--config", "/nowhere", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.endswith(f" {moment}\n"):
            process.send_signal(number)
            break
    out, err = process.communicate(timeout=60)
    said = [line for line in err.splitlines() if not line.startswith("import time:")]
    assert (process.returncode, out, said) == (130, "", [])

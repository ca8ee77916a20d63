"""What tests of every kind share."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def heeded() -> Iterator[None]:
    """Signals do here, and in what is started, what they do in a terminal.

    ``nohup`` and shells that begin something in the background have some of them ignored.
    """
    before = {number: signal.getsignal(number) for number in STOPPING}
    for number in STOPPING:
        interrupts = number == signal.SIGINT
        signal.signal(number, signal.default_int_handler if interrupts else signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that signs itself, with its key."""
    made = tmp_path / "localhost.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", made, "-out", tmp_path / "crt"),
        ],
        check=True,
        capture_output=True,
    )
    made.write_text(made.read_text() + (tmp_path / "crt").read_text())
    return made

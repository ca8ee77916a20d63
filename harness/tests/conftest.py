"""What tests of every kind share."""

import signal
from collections.abc import Iterator

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

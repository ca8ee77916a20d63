"""The time between SIGTERM and the closing of the port, for a load balancer that asks.

A port that closes at once refuses whatever comes until the balancer has noticed, and resets what
comes in the very moment of the closing. So for `DRAIN_SECONDS` everything is answered as always,
but readiness says no, and whoever keeps a connection is told to make a new one.
"""

import mmap
import os
import signal
from functools import cache
from types import FrameType


class Draining:
    """Whether the service is about to stop; in memory that processes forked afterwards share."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 1)

    @property
    def begun(self) -> bool:
        return self._memory[0] == 1

    def begin(self) -> None:
        self._memory[0] = 1


@cache
def shared_draining() -> Draining:
    """Return what the master and all workers share; to be called before the first fork."""
    return Draining()


def delay_sigterm(draining: Draining, seconds: int) -> None:
    """Have SIGTERM begin the draining, and only after `seconds` do what it does now.

    A second SIGTERM does it at once. To be called in the master, when its own handlers are there: a
    worker that a reload ends has nothing to wait for, since others go on at the same port.
    """
    master = os.getpid()
    stop = signal.getsignal(signal.SIGTERM)

    def begin(_signal: int, _frame: FrameType | None) -> None:
        # A worker has this handler, too, until it has set its own.
        if os.getpid() == master:
            draining.begin()
            signal.signal(signal.SIGTERM, stop)
            signal.setitimer(signal.ITIMER_REAL, seconds)

    def end(_signal: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGTERM)

    signal.signal(signal.SIGALRM, end)
    signal.signal(signal.SIGTERM, begin)

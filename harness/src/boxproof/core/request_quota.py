"""How much may be sent to a service that others use, too: by one place, for every process of a run.

What is left of a quota stands in a file under a lock, so that the fuzzing process draws on the same
one as the harness.
"""

import fcntl
import os
import struct
import time
from dataclasses import dataclass
from pathlib import Path

from boxproof.core import cancellation
from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BoxproofError
from boxproof.core.verdicts import Cause

#: Methods that ask for no change (RFC 9110, 9.2.1); TRACE, which nobody needs, left out.
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SAFE_METHODS_TOLD = f"{', '.join(SAFE_METHODS[:-1])} and {SAFE_METHODS[-1]}"
#: The next free moment on the machine's monotonic clock, and how many requests were sent.
STATE = struct.Struct("<dq")


@dataclass(frozen=True, slots=True)
class RequestQuota:
    """What a run may send.

    Attributes:
        file: holds what was sent so far; made by :meth:`open`.
        per_second: the most requests a second, which are spread evenly.
        requests: the most requests in all.
        writes: whether other methods may be sent than those that only read.
    """

    file: Path
    per_second: float
    requests: int
    writes: bool = False

    def open(self) -> None:
        """Begin with nothing sent."""
        self.file.write_bytes(STATE.pack(0.0, 0))

    def sent(self) -> int:
        """How many requests were let through."""
        return int(STATE.unpack(self.file.read_bytes())[1])

    def allows(self, method: str) -> bool:
        """Whether a method may be sent at all."""
        return self.writes or method in SAFE_METHODS

    def admit(self, method: str) -> None:
        """Wait until a request may be sent, and count it.

        Raises:
            NotJudged: it may not be sent: its method could write, or the budget is spent.
            BoxproofError: it cannot be counted, which is no fault of the service.
            Cancelled: the run ended meanwhile.
        """
        if not self.allows(method):
            raise NotJudged(f"it takes {method}, and this run only reads; see --allow-writes")
        try:
            turn = self._take_turn()
        except (OSError, struct.error) as error:
            why = getattr(error, "strerror", None) or error
            raise BoxproofError(f"{self.file}: requests cannot be counted: {why}") from None
        cancellation.wait(turn)

    def __str__(self) -> str:
        what = "requests of every method" if self.writes else f"{SAFE_METHODS_TOLD} alone"
        return f"{what}, at most {self.per_second:g} requests a second and {self.requests} in all"

    def _take_turn(self) -> float:
        """Count one more request; the seconds until its turn."""
        state = os.open(self.file, os.O_RDWR)
        try:
            fcntl.flock(state, fcntl.LOCK_EX)
            free, sent = STATE.unpack(os.pread(state, STATE.size, 0))
            if sent >= self.requests:
                told = f"all {self.requests} requests that [url] max_requests allows were sent"
                raise NotJudged(told, Cause.BUDGET)
            now = time.monotonic()
            turn = max(now, float(free))
            os.pwrite(state, STATE.pack(turn + 1 / self.per_second, sent + 1), 0)
        finally:
            os.close(state)
        return turn - now

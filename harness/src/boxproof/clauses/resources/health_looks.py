"""Looks at the health path while something else goes on, and how many of them came too late.

One late look may be the machine's; several are the service's, and are seen again when the clause is
judged alone. What a look takes while nothing goes on, on the same machine, is granted on top.
"""

import time

from boxproof.config.options import Config
from boxproof.core import cancellation
from boxproof.core.breaches import NoAnswer, require_in_time
from boxproof.probes.client import Client

#: How many looks are taken while something goes on.
LOOKS = 20
PAUSE_SECONDS = 0.05
#: Looks while nothing goes on, the slowest of which is granted on top of the limit.
IDLE_LOOKS = 3
#: So many looks may come too late by chance.
CHANCE = 2


class HealthLooks:
    """Looks at the health path of one deployment, each of which is cut off when it is too late.

    The limit is worked out while nothing goes on yet.

    Raises:
        NoAnswer: the health path is not answered in time even then.
    """

    def __init__(self, http: Client, config: Config) -> None:
        limit_seconds = config.limits.health_seconds
        assert limit_seconds is not None
        self._http = http
        self._path = config.health.path
        self._late: list[str] = []
        self._looks = 0
        idle = [http.get(self._path).seconds for _ in range(IDLE_LOOKS)]
        self.limit_seconds = round(limit_seconds + min(max(idle), limit_seconds), 2)

    @property
    def late(self) -> bool:
        """Whether more looks came too late than chance explains."""
        return len(self._late) > CHANCE

    def look(self) -> None:
        """Look once, whatever the service says of itself."""
        self._looks += 1
        began = time.monotonic()
        try:
            answer = self._http.get(self._path, timeout_seconds=self.limit_seconds)
        except NoAnswer as error:
            waited = time.monotonic() - began
            self._late.append(f"look {self._looks}: after {waited:.2f} s {error.summary}")
            return
        if answer.seconds > self.limit_seconds:
            self._late.append(f"look {self._looks}: {answer.status} after {answer.seconds:.2f} s")

    def look_often(self) -> None:
        """Look as often as a clause wants it, or until it is clear that they come too late."""
        for _ in range(LOOKS):
            self.look()
            if self.late:
                return
            cancellation.wait(PAUSE_SECONDS)

    def require_in_time(self, meanwhile: str) -> None:
        """Break a clause where the looks came too late.

        Raises:
            Late: they did.
        """
        require_in_time(
            not self.late,
            f"{len(self._late)} of {self._looks} looks at the health path had no answer within "
            f"{self.limit_seconds:.2f} s {meanwhile}",
            self._late,
        )

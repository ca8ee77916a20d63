"""How much a service gets done: the seconds of a fixed batch of light work."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial

from boxproof.config.options import Config
from boxproof.core.breaches import require_in_time
from boxproof.core.daemon_pool import DaemonPool
from boxproof.probes.messages import Answer
from boxproof.probes.work import Work
from boxproof.scenarios.asked_at_once import Said, said

BATCH = 24
CLIENTS = 4
#: So many batches are timed before; the fastest counts.
TIMES = 3
#: So many times as long as before a batch may take, and so much longer.
RATIO = 3.0
SLACK_SECONDS = 0.3


class Capacity:
    """What a deployment gets done, measured now, and compared with later."""

    def __init__(self, work: Work, config: Config) -> None:
        self._work = work
        self._config = config
        limit_seconds = config.limits.request_seconds
        self.seconds = min(self._batch(limit_seconds)[0] for _ in range(TIMES))

    @property
    def allowed_seconds(self) -> float:
        """What a batch may take later on."""
        return RATIO * self.seconds + SLACK_SECONDS

    def require_as_before(
        self, after: str, within_seconds: float, evidence: Iterable[str] = ()
    ) -> None:
        """Break a clause where no batch is done as fast as before, within a time.

        At least two batches are tried.

        Args:
            evidence: what was sent in between, as lines that a person can read and repeat.

        Raises:
            Late: none is.
        """
        deadline = time.monotonic() + within_seconds
        tried: list[str] = []
        while len(tried) < 2 or time.monotonic() < deadline:
            seconds, wrong = self._batch(self.allowed_seconds)
            if not wrong and seconds <= self.allowed_seconds:
                return
            told = f", {len(wrong)} without success: {wrong[0]}" if wrong else ""
            tried.append(f"{BATCH} light requests took {seconds:.2f} s{told}")
        require_in_time(
            False,
            f"{BATCH} light requests took {self.seconds:.2f} s before, and still more than "
            f"{self.allowed_seconds:.2f} s, or failed, {within_seconds:g} s after {after}",
            (*evidence, *tried[-2:]),
        )

    def _batch(self, limit_seconds: float) -> tuple[float, Sequence[str]]:
        """The seconds of one batch, and what was wrong with its answers.

        Args:
            limit_seconds: of each request in it.
        """
        began = time.monotonic()
        with closing(DaemonPool(CLIENTS, "light work")) as pool:
            ask: Callable[[], Said] = partial(said, partial(self._sent, limit_seconds))
            every = [each.result() for each in [pool.submit(ask) for _ in range(BATCH)]]
        return time.monotonic() - began, [each for each in map(self._fault, every) if each]

    def _sent(self, limit_seconds: float) -> Answer:
        request = self._work.request(self._config.work.light)
        return self._work.client.send(request, timeout_seconds=limit_seconds)

    def _fault(self, said: Said) -> str:
        if not isinstance(said, Answer):
            return said.summary
        return "" if self._config.work.is_success(said.status) else str(said)

"""Token buckets: so many requests per minute of each client, as many of them at once."""

import math
from collections.abc import Callable
from itertools import takewhile

MINUTE = 60.0


class TokenBuckets:
    """A bucket of `per_minute` tokens for each client, full at first, which refills evenly.

    So a client that has been quiet for a minute may ask `per_minute` times at once. `now` is a
    monotonic clock in seconds.
    """

    def __init__(self, per_minute: int, now: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._now = now
        # Tokens, and when they were counted; who asked last comes last.
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, client: str) -> int:
        """Take a token; return 0, or where there is none the whole seconds until there is one."""
        now = self._now()
        tokens, counted = self._buckets.pop(client, (float(self._per_minute), now))
        tokens = min(self._per_minute, tokens + (now - counted) * self._per_minute / MINUTE)
        taken = tokens >= 1
        self._buckets[client] = (tokens - taken, now)
        self._forget(now)
        return 0 if taken else math.ceil((1 - tokens) * MINUTE / self._per_minute)

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._buckets)

    def _forget(self, now: float) -> None:
        """Drop buckets that are full again: clients may be many."""
        full = takewhile(lambda each: now - each[1][1] >= MINUTE, self._buckets.items())
        for client, _ in list(full):
            del self._buckets[client]

"""How much one client may ask of one worker (`CLIENT_MAX_TEXTS`, `CLIENT_REQUESTS_PER_MINUTE`)."""

import time
from collections import Counter
from collections.abc import Callable

from gpt2_service.errors import RequestError
from gpt2_service.token_bucket import TokenBuckets


class ClientLimitError(RequestError):
    """The client has as much in work, or has asked as often, as it may (RFC 6585, section 4)."""

    status = 429
    description = "The client is beyond one of its limits"
    code = "rate_limit_exceeded"
    retry_after_seconds = 1

    def __init__(self, what: str, limit: int, retry_after_seconds: int = 1) -> None:
        super().__init__(f"one client's limit of {what} is {limit}; try again later")
        self.retry_after_seconds = retry_after_seconds


class ClientLimits:
    """Counts the texts and requests of each client; 0 is no limit.

    A client is the label of its key, or its address where there are no keys.
    """

    def __init__(
        self,
        max_texts: int,
        requests_per_minute: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_texts = max_texts
        self._per_minute = requests_per_minute
        self._buckets = TokenBuckets(requests_per_minute, now)
        self._texts: Counter[str] = Counter()

    def admit(self, client: str, texts: int) -> None:
        """Let a request for so many texts in, or raise ClientLimitError.

        A client that has nothing in work may ask for more texts at once than the limit, for they
        could never be made otherwise. What is refused for its texts is no request of the minute.
        """
        in_work = self._texts[client]
        if self._max_texts and in_work and in_work + texts > self._max_texts:
            raise ClientLimitError("texts in work", self._max_texts)
        if self._per_minute and (seconds := self._buckets.take(client)):
            raise ClientLimitError("requests per minute", self._per_minute, seconds)

    def begin(self, client: str, texts: int) -> None:
        """Count texts that the engine has taken."""
        self._texts[client] += texts

    def end(self, client: str, texts: int) -> None:
        """Count them no longer, once all of them have ended."""
        self._texts[client] -= texts
        if not self._texts[client]:
            del self._texts[client]

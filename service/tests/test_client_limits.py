"""What one client may ask of one worker."""

import pytest

from gpt2_service.client_limits import ClientLimitError, ClientLimits
from gpt2_service.token_bucket import TokenBuckets


class Clock:
    """A clock that stands still until it is set."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_empties_and_refills() -> None:
    """A minute's requests at once, then one whenever its share of the minute is over."""
    clock = Clock()
    limits = ClientLimits(0, 4, clock)
    for _ in range(4):
        limits.admit("alice", 1)
    with pytest.raises(ClientLimitError, match="limit of requests per minute is 4") as refused:
        limits.admit("alice", 1)
    assert refused.value.retry_after_seconds == 15
    limits.admit("bob", 1)
    clock.seconds += 14.5
    with pytest.raises(ClientLimitError) as refused:
        limits.admit("alice", 1)
    assert refused.value.retry_after_seconds == 1
    clock.seconds += 0.5
    limits.admit("alice", 1)
    with pytest.raises(ClientLimitError):
        limits.admit("alice", 1)


def test_a_bucket_holds_no_more_than_a_minute() -> None:
    """However long the client was away; it was forgotten or not."""
    for seconds in (59, 3600):
        clock = Clock()
        limits = ClientLimits(0, 10, clock)
        limits.admit("alice", 1)
        clock.seconds += seconds
        limits.admit("bob", 1)
        for _ in range(10):
            limits.admit("alice", 1)
        with pytest.raises(ClientLimitError):
            limits.admit("alice", 1)


def test_clients_that_are_quiet_are_forgotten() -> None:
    """Addresses may be many."""
    clock = Clock()
    buckets = TokenBuckets(2, clock)
    for number in range(100):
        buckets.take(f"192.0.2.{number}")
    assert len(buckets) == 100
    clock.seconds += 60
    buckets.take("alice")
    assert len(buckets) == 1


def test_texts_count_until_they_end() -> None:
    """Each of a request; those of others do not."""
    limits = ClientLimits(3, 0)
    limits.admit("alice", 2)
    limits.begin("alice", 2)
    limits.admit("alice", 1)
    limits.admit("bob", 3)
    with pytest.raises(ClientLimitError, match="limit of texts in work is 3") as refused:
        limits.admit("alice", 2)
    assert refused.value.retry_after_seconds == 1
    limits.end("alice", 2)
    limits.admit("alice", 3)


def test_who_has_nothing_in_work_may_ask_for_more_texts_than_the_limit() -> None:
    """They could never be made otherwise."""
    limits = ClientLimits(1, 0)
    limits.admit("alice", 4)
    limits.begin("alice", 4)
    with pytest.raises(ClientLimitError):
        limits.admit("alice", 1)


def test_what_is_refused_for_its_texts_is_no_request_of_the_minute() -> None:
    """Else whoever waits for a text would wait for the minute, too."""
    limits = ClientLimits(1, 2, Clock())
    limits.admit("alice", 1)
    limits.begin("alice", 1)
    for _ in range(3):
        with pytest.raises(ClientLimitError, match="texts"):
            limits.admit("alice", 1)
    limits.end("alice", 1)
    limits.admit("alice", 1)

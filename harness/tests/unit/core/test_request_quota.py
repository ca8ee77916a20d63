"""A quota lets through what it says, to every process that shares its file."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.cancellation import Cancellation, Cancelled
from boxproof.core.errors import BoxproofError
from boxproof.core.request_quota import RequestQuota
from boxproof.core.verdicts import Cause

FAST = 1e6


@pytest.fixture
def quota(tmp_path: Path) -> RequestQuota:
    """Three requests, as fast as can be."""
    made = RequestQuota(tmp_path / "quota", FAST, 3)
    made.open()
    return made


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "get", "QUERY"])
def test_what_could_write_is_not_let_through(quota: RequestQuota, method: str) -> None:
    """Nor is it counted; where writing is allowed, it is both."""
    with pytest.raises(NotJudged, match=f"{method}, and this run only reads") as caught:
        quota.admit(method)
    assert caught.value.cause is Cause.NO_ABILITY
    assert quota.sent() == 0
    replace(quota, writes=True).admit(method)
    assert quota.sent() == 1


def test_the_budget_is_one_for_all_who_share_its_file(quota: RequestQuota) -> None:
    """What is over it is not judged, and is not counted either."""
    other = replace(quota)
    for method in ("GET", "HEAD", "OPTIONS"):
        other.admit(method)
    with pytest.raises(NotJudged, match="all 3 requests") as caught:
        quota.admit("GET")
    assert caught.value.cause is Cause.BUDGET
    assert other.sent() == 3


def test_requests_are_spread_evenly(quota: RequestQuota) -> None:
    """The third of ten a second is let through two tenths after the first, or later."""
    slow = replace(quota, per_second=10)
    slow.admit("GET")
    began = time.monotonic()
    slow.admit("GET")
    slow.admit("GET")
    # The first one's turn was a little before it returned.
    assert time.monotonic() - began > 0.15


def test_the_wait_for_a_turn_ends_with_the_run(quota: RequestQuota) -> None:
    """However long it would be."""
    never = replace(quota, per_second=1e-9)
    never.admit("GET")
    cancellation = Cancellation()
    cancellation.cancel()
    with cancellation.governing(), pytest.raises(Cancelled):
        never.admit("GET")


def test_it_says_what_it_lets_through(quota: RequestQuota) -> None:
    """For the line at a run's start."""
    assert str(replace(quota, per_second=5.0)) == (
        "GET, HEAD and OPTIONS alone, at most 5 requests a second and 3 in all"
    )
    assert str(replace(quota, writes=True)).startswith("requests of every method, ")


@pytest.mark.parametrize("left", [None, b"short"])
def test_a_count_that_cannot_be_kept_is_the_harness_s_failure(
    quota: RequestQuota, left: bytes | None
) -> None:
    """Never an error that reads as if the service had not answered."""
    quota.file.unlink()
    if left is not None:
        quota.file.write_bytes(left)
    with pytest.raises(BoxproofError, match="requests cannot be counted"):
        quota.admit("GET")

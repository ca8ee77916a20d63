"""Requests that were not answered as they should be are found, and no others."""

import pytest
from unit.ledger.build import create, history, read

from boxproof.ledger.checkers import answered
from boxproof.ledger.history import Request


def beside(status: int | None) -> Request:
    """A request of a client on a good line."""
    return Request(worker="beside", began=0, ended=1, status=status)


def test_requests_that_were_answered_with_success_are_no_anomaly() -> None:
    """Creates, reads, and those of a client on a good line."""
    told = history(creates=[create("a", 0, 1, id=1)], reads=[read(1, 2, "a")], beside=[beside(200)])
    assert [*answered.failed(told), *answered.kept_waiting(told)] == []


@pytest.mark.parametrize("status", [None, 422, 500, 503])
def test_a_valid_request_that_failed_is_an_anomaly(status: int | None) -> None:
    """Without an answer, refused, or in error."""
    told = history(
        creates=[create("a", 0, 1, status=status)], reads=[read(1, 2, None, status or 404)]
    )
    assert len([*answered.failed(told)]) == 2


@pytest.mark.parametrize("status", [None, 503])
def test_a_client_on_a_good_line_that_is_not_answered_is_an_anomaly(status: int | None) -> None:
    """Whatever becomes of those on a bad one."""
    told = history(creates=[create("a", 0, 1, status=None)], beside=[beside(200), beside(status)])
    (found,) = answered.kept_waiting(told)
    assert found.proof == (told.beside[1],)

"""Work is broken for good where it fails at every try, and at no other time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from apps.good import Response
from apps.schema.serving import HangUp, served

from boxproof.config.operations import ValidRequest
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.broken_work import TRIES, failure_of
from boxproof.probes.client import Client
from boxproof.probes.work import Work


def failure(folder: Path, statuses: Iterator[int]) -> tuple[str, int]:
    """What is said of a service that returns these, and how often it was asked."""

    def respond(*_: object) -> Response:
        status = next(statuses)
        if not status:
            raise HangUp
        return Response(status, {})

    with served(respond) as server:
        client = Client(lambda: Endpoint(server.url), Journal(folder / "journal.jsonl"))
        return failure_of(Work(client, ValidRequest("/say")), 0.0), len(server.asked)


def test_what_fails_at_every_try_is_broken_for_good(tmp_path: Path) -> None:
    """It is told with what it returned."""
    assert failure(tmp_path, iter([503] * TRIES)) == ("POST /say returned 503", TRIES)


@pytest.mark.parametrize("last", [200, 404, 429, 0])
def test_one_other_answer_is_enough(tmp_path: Path, last: int) -> None:
    """A service that loads again, or turns requests away, is not broken; nor one that is silent."""
    assert failure(tmp_path, iter([503] * (TRIES - 1) + [last])) == ("", TRIES)

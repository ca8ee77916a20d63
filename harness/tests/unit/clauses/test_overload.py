"""What a service may do with more work than it has places for."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from apps.good import Response
from apps.schema.serving import HangUp, served

from boxproof.clauses.resources.overload import overload_refused
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Limits, Resources, Service
from boxproof.core.breaches import Breach, Late, NotJudged
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.work import Work

REQUESTS = 3
CONFIG = Config(
    root=Path(),
    service=Service("toy"),
    work=ValidRequest("/say", body={"steps": 1}, heavy={"steps": 9}),
    limits=Limits(request_seconds=0.3),
    resources=Resources(overload_requests=REQUESTS),
)
LATER = {"Retry-After": "1"}


def judge(folder: Path, answers: Iterator[Response], seconds: float = 0) -> None:
    """Judge a service that gives these answers, one after the other, each after so many seconds."""

    turn = threading.Lock()

    def respond(*_: object) -> Response:
        with turn:
            answer = next(answers)
        threading.Event().wait(seconds)
        if not answer.status:
            raise HangUp
        return answer

    with served(respond) as server:
        client = Client(lambda: Endpoint(server.url), Journal(folder / "journal.jsonl"))
        overload_refused(Work(client, CONFIG.work), CONFIG)


def answers(*statuses: int, then: int = 200) -> Iterator[Response]:
    """Answers with these statuses, each of which says when to come again, and then with another."""
    every = itertools.chain(statuses, itertools.repeat(then))
    return (Response(status, {}, LATER) for status in every)


def test_work_may_be_done_or_refused(tmp_path: Path) -> None:
    """And light work may be refused for a while, too."""
    judge(tmp_path, answers(200, 429, 503, 429))


def test_a_refusal_says_when_to_come_again(tmp_path: Path) -> None:
    """RFC 9110, 10.2.3."""
    hasty = (replace(each, headers={}) for each in answers(429, 200, 429))
    with pytest.raises(Breach, match=r"of 3 heavy .* 2 returned 429 without Retry-After"):
        judge(tmp_path, hasty)


@pytest.mark.parametrize(
    ("status", "told"), [(500, "1 returned 500"), (0, "1 got no answer"), (400, "1 returned 400")]
)
def test_errors_and_hang_ups_break_it(status: int, told: str, tmp_path: Path) -> None:
    """Seen once: no clock had a part in it."""
    with pytest.raises(Breach, match=told) as breach:
        judge(tmp_path, answers(200, status, 429))
    assert not isinstance(breach.value, Late)
    assert any("curl" in line for line in breach.value.evidence)


def test_what_a_time_limit_ended_while_nothing_else_was_done_is_judged_alone(
    tmp_path: Path,
) -> None:
    """The others were answered at once, and then nobody was."""
    with pytest.raises(Late, match="1 returned 504"):
        judge(tmp_path, answers(200, 504, 200))


def test_what_a_time_limit_ended_while_others_were_done_says_nothing(tmp_path: Path) -> None:
    """The machine is slow: the service goes on at its pace."""
    slow = (each for each in answers(200, 504, 504))
    with pytest.raises(NotJudged, match=r"2 of 3 .* while others were still answered"):
        judge(tmp_path, slow, seconds=1.5)


def test_it_serves_again_afterwards(tmp_path: Path) -> None:
    """Within the time that a request may take."""
    with pytest.raises(Late, match="a light one 1 returned 429"):
        judge(tmp_path, answers(200, 200, 200, then=429))

"""What a client may send, sent once to the shared deployment, and what was answered."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from boxproof.config.options import Config
from boxproof.core.breaches import TIMED_OUT, NotJudged
from boxproof.core.verdicts import Cause
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes import internals
from boxproof.probes.client_inputs import client_inputs
from boxproof.probes.client_inputs.row import ClientInput
from boxproof.probes.connection import Received
from boxproof.probes.exchange import Exchange, send
from boxproof.probes.framed import send_framed
from boxproof.probes.messages import Answer, Request
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work

#: How long an input may keep a service busy that may ask for more work than others.
LONG_SECONDS = 5.0
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input.

    Attributes:
        received: the answer; None where there was none, and ``error`` says why.
        timed_out: whether that is because it did not come in time.
        evidence: the exchange, as lines that a person can read and repeat.
        asked: what the request said, as it was sent and decoded.
    """

    row: ClientInput
    received: Received | None
    error: str
    timed_out: bool
    evidence: tuple[str, ...]
    asked: str

    @property
    def status(self) -> int | None:
        """The answer's; None where there was none."""
        return None if self.received is None else self.received.status

    @property
    def answer(self) -> Answer:
        """The answer that came."""
        assert self.received is not None
        got = self.received
        return Answer(self.row.request, got.status, got.headers, got.body, 0.0, got.cut)


@dataclass(slots=True)
class AnsweredInputs:
    """What became of the inputs, in the order in which they were sent.

    Attributes:
        lost: what the health path said after the last of them, where that was not what it should
            be; empty where it was.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    lost: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.outcomes)


def answer_inputs(work: Work, config: Config, stores: tuple[RecordStore, ...]) -> AnsweredInputs:
    """Send every input; none after one that the service did not get over.

    Raises:
        NotJudged: a valid request is not answered as it should be.
    """
    client, health = work.client, config.health.request
    first = work.send(**work.valid.light)
    if not work.valid.is_success(first.status):
        raise NotJudged(f"a valid request returned {first.status}", Cause.RESTS_ON)
    look = Request("GET", client.endpoint(), health.path, valid=health)
    made = AnsweredInputs()
    too_much = False
    for row in client_inputs(work, look, stores):
        if row.may_take_long and too_much:
            continue
        outcome = _outcome(row, client.journal)
        made.outcomes.append(outcome)
        too_much = too_much or (row.may_take_long and outcome.timed_out)
        if outcome.status is None or outcome.status >= SERVER_ERROR:
            made.lost = _lost(look, client.journal)
        if made.lost:
            return made
    made.lost = _lost(look, client.journal)
    return made


def _lost(look: Request, journal: Journal) -> tuple[str, ...]:
    seen = send(look, journal)
    return () if seen.is_success else seen.evidence()


def _outcome(row: ClientInput, journal: Journal) -> Outcome:
    request = row.request
    asked = internals.asked(request.url, request.content, dict(request.own_headers()).values())
    if row.raw is None:
        exchange = _sent(row, journal)
        timed_out = exchange.error.startswith(TIMED_OUT)
        evidence = exchange.evidence()
        return Outcome(row, exchange.received, exchange.error, timed_out, evidence, asked)
    if row.may_hang_up:
        # Whoever waits for the rest of it may wait, but not hold everything else up.
        request = replace(request, endpoint=_limited(request.endpoint))
    framed = send_framed(request, row.raw, journal, ends=not row.is_whole)
    received = framed.answers[0] if framed.answers else None
    asked += f"\n{framed.shown.decode('latin-1')}"
    timed_out = framed.error.startswith(TIMED_OUT)
    return Outcome(row, received, framed.error, timed_out, framed.evidence(), asked)


def _sent(row: ClientInput, journal: Journal) -> Exchange:
    request = row.request
    if row.may_take_long:
        request = replace(request, endpoint=_limited(request.endpoint))
    return send(request, journal, on_accepted=_nothing if row.is_announced else None)


def _limited(endpoint: Endpoint) -> Endpoint:
    return endpoint.within(min(LONG_SECONDS, endpoint.limits.seconds))


def _nothing() -> None:
    """The body is sent whether or not it is asked for."""


@pytest.fixture(scope="session")
def answered_inputs(
    work: Work, config: Config, record_stores: tuple[RecordStore, ...]
) -> AnsweredInputs:
    """What the shared deployment answers to what a client may send."""
    return answer_inputs(work, config, record_stores)

"""Clients that send a whole request and leave before its answer, or in the middle of it."""

from boxproof.core import cancellation
from boxproof.journal import Journal
from boxproof.probes.connection import BadAnswer, Connection, why
from boxproof.probes.exchange import Exchange, record
from boxproof.probes.messages import Request

#: How a person reads why there was no answer.
LEFT = "the client left"


class _Left(Exception):
    """Enough has come."""


def left_unanswered(request: Request, journal: Journal, after_seconds: float) -> bool:
    """Send a request and close its connection some seconds later; whether nothing had come yet.

    Raises:
        NotJudged: the endpoint's quota does not let it be sent.
    """
    exchange = Exchange(request, journal.now(), error=LEFT)
    silent = False
    try:
        with Connection(request.endpoint, request.method) as connection:
            connection.send(request.head() + request.content)
            cancellation.wait(after_seconds)
            silent = connection.is_silent()
    except OSError as error:
        exchange.error = why(error)
    exchange.ended = journal.now()
    record(exchange, journal)
    return silent


def left_in_the_middle(request: Request, journal: Journal, after_bytes: int) -> int:
    """Send a valid request and close its connection once so many bytes of the answer's body have
    come.

    Gives how many had; 0 where the answer ended before, or the service refused.

    Raises:
        NotJudged: the endpoint's quota does not let it be sent.
    """
    exchange = Exchange(request, journal.now())
    came = left = 0
    try:
        with Connection(request.endpoint, request.method) as connection:

            def leave(data: bytes) -> None:
                nonlocal came, left
                valid, status = request.valid, connection.status
                served = status == 200 if valid is None else valid.is_success(status)
                came += len(data)
                if served and came >= after_bytes:
                    left = came
                    raise _Left

            connection.send(request.head() + request.content)
            exchange.received = connection.answer(leave)
    except _Left:
        exchange.error = LEFT
    except (OSError, BadAnswer) as error:
        exchange.error = why(error)
    exchange.ended = journal.now()
    record(exchange, journal)
    return left

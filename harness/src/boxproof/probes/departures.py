"""A client that sends a whole request and leaves before its answer."""

from boxproof.core import cancellation
from boxproof.journal import Journal
from boxproof.probes.connection import Connection, why
from boxproof.probes.exchange import Exchange, record
from boxproof.probes.messages import Request

#: How a person reads why there was no answer.
LEFT = "the client left"


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

"""One request and what became of it: the one way in which probes send anything.

A request can be known to be in flight, because the server itself said so: it announces its body
with ``Expect: 100-continue`` (RFC 9110, 10.1.1). The interim ``100 Continue`` is sent by whoever is
about to read the body: not by a kernel's accept queue, and not by a port proxy that takes
connections on a container's behalf. From then on the server has accepted the request, and no clock
is needed to know it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from boxproof.core.breaches import TIMED_OUT, NoAnswer
from boxproof.journal import Body, Journal
from boxproof.journal.entries import Requested
from boxproof.probes.connection import BadAnswer, Connection, Received, why
from boxproof.probes.messages import Answer, Request, excerpt

#: How long to wait for the interim answer; RFC 9110 lets a client go on without it.
EXPECT_SECONDS = 2.0


@dataclass(slots=True)
class Exchange:
    """What became of one request; times are on the journal's clock, None when they never came.

    Attributes:
        accepted: when the server had said that it will read the body, and all of it was sent.
        ended: when the answer was complete, or the connection was lost.
        received: the complete answer; None when there was none.
        error: why there was none.
    """

    request: Request
    began: float
    accepted: float | None = None
    ended: float | None = None
    received: Received | None = None
    error: str = ""

    @property
    def status(self) -> int | None:
        """The answer's; None when there was none."""
        return None if self.received is None else self.received.status

    @property
    def body(self) -> bytes:
        """The answer's; empty when there was none."""
        return b"" if self.received is None else self.received.body

    @property
    def is_success(self) -> bool:
        """Whether it was answered as it should be."""
        valid = self.request.valid
        return self.status == 200 if valid is None else valid.is_success(self.status)

    def answer(self) -> Answer:
        """Its answer.

        Raises:
            NoAnswer: there was none.
        """
        if self.received is None:
            curl = (self.request.curl(),)
            raise NoAnswer(
                f"{self.request} got no answer: {self.error}",
                curl,
                timed_out=self.error.startswith(TIMED_OUT),
            )
        seconds = (self.ended or self.began) - self.began
        got = self.received
        return Answer(self.request, got.status, got.headers, got.body, seconds, got.cut)

    def evidence(self) -> tuple[str, ...]:
        """The exchange as lines that a person can read, on the journal's clock."""
        accepted = "" if self.accepted is None else f", accepted at {self.accepted:.3f} s"
        ended = "" if self.ended is None else f", ended at {self.ended:.3f} s"
        text = excerpt(self.body, self.request.endpoint)
        return (
            self.request.curl(),
            f"began at {self.began:.3f} s{accepted}{ended}",
            f"→ {self.status or self.error} {text}".rstrip(),
        )


def send(
    request: Request,
    journal: Journal,
    *,
    on_accepted: Callable[[], None] | None = None,
    on_data: Callable[[bytes], None] = lambda _: None,
) -> Exchange:
    """Send one request on a connection of its own, and wait for its end.

    With ``on_accepted`` a body is announced, and sent once the server asks for it; then
    ``on_accepted`` is called, from this thread. ``on_data`` is called with each part of the
    answer's body as it comes, and with nothing when its head has come.

    Raises:
        NotJudged: the endpoint's quota does not let it be sent.
    """
    exchange = Exchange(request, journal.now())

    def begin() -> None:
        exchange.began = journal.now()

    body = request.content
    expect = on_accepted is not None and bool(body)
    try:
        with Connection(request.endpoint, request.method, begin) as connection:
            connection.send(request.head(expect=expect))
            accepted = expect and connection.is_asked_for_body(EXPECT_SECONDS)
            connection.send(body)
            if accepted and on_accepted is not None:
                exchange.accepted = journal.now()
                on_accepted()
            exchange.received = connection.answer(on_data)
    except (OSError, BadAnswer) as error:
        exchange.error = why(error)
    exchange.ended = journal.now()
    record(exchange, journal)
    return exchange


def record(exchange: Exchange, journal: Journal) -> None:
    """Put an exchange that has ended into the journal, without the values of its credentials."""
    request, received = exchange.request, exchange.received
    journal.hide(*request.endpoint.secrets)
    journal.write(
        Requested(
            method=request.method,
            url=request.url,
            request_headers=request.own_headers(),
            sent=Body.of(request.content) if request.content else None,
            began=exchange.began,
            accepted=exchange.accepted,
            seconds=round((exchange.ended or exchange.began) - exchange.began, 6),
            status=exchange.status,
            error=exchange.error,
            headers=() if received is None else tuple(received.headers.items()),
            body=None if received is None else Body.of(exchange.body),
            cut=received is not None and received.cut,
        )
    )

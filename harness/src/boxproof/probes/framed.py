"""Requests as bytes of one's own on one connection, and every answer that comes to them.

What a client library would not send, or would tidy up: bodies in chunks, lengths that are wrong,
several requests at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from boxproof.journal import Body, Journal
from boxproof.journal.entries import Requested
from boxproof.probes.connection import BadAnswer, Connection, Received, why
from boxproof.probes.curl import piped_line
from boxproof.probes.messages import Request, excerpt, head

#: How long another answer on the same connection is waited for.
NEXT_SECONDS = 2.0
#: How long the answer to a request that is never whole is waited for.
ENDED_SECONDS = 2.0


def framed(request: Request, fields: Iterable[tuple[str, str]], body: bytes = b"") -> bytes:
    """A request as it is sent, with further header fields and without a length of its own."""
    named = [*request.endpoint.every_header().items(), *request.own_headers(), *fields]
    target = request.endpoint.target(request.url)
    return head(request.method, request.endpoint, target, named) + body


def chunked(body: bytes, size: int) -> bytes:
    """A body in chunks of so many bytes (RFC 9112, section 7.1)."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in parts) + b"0\r\n\r\n"


@dataclass(slots=True)
class Framed:
    """What became of bytes that were sent on one connection.

    Attributes:
        request: what they were made from.
        answers: in their order.
        rest: what came behind an answer to HEAD, which has no body.
        error: why there is no answer; empty where there is one.
    """

    request: Request
    sent: bytes
    answers: list[Received] = field(default_factory=list)
    rest: bytes = b""
    error: str = ""

    def evidence(self) -> tuple[str, ...]:
        """What was sent, as a shell command that sends it again, and what came back."""
        endpoint = self.request.endpoint
        answers = [
            f"→ {each.status} {excerpt(each.body, endpoint)}".rstrip() for each in self.answers
        ]
        line = piped_line(self.shown, *endpoint.address, encrypted=endpoint.is_encrypted)
        rest = [f"then, behind its head: {excerpt(self.rest, endpoint)}"] if self.rest else []
        return (line, *(answers or [f"→ {self.error}"]), *rest)

    @property
    def shown(self) -> bytes:
        """What was sent, without the values of its credentials."""
        text = self.request.endpoint.redacted(self.sent.decode("latin-1"))
        return text.encode("latin-1", "replace")


def send_framed(
    request: Request, data: bytes, journal: Journal, *, most: int = 1, ends: bool = False
) -> Framed:
    """Send bytes, and read up to ``most`` answers.

    Args:
        ends: whether to say that no more will follow, as of a request that is never whole. Servers
            commonly take that for a client that went away, and answer nothing.

    Raises:
        NotJudged: the endpoint's quota does not let it be sent.
    """
    made = Framed(request, data)
    began = journal.now()
    endpoint = request.endpoint
    if ends:
        endpoint = endpoint.within(min(ENDED_SECONDS, endpoint.limits.seconds))
    try:
        with Connection(endpoint, request.method) as connection:
            connection.send(data)
            if ends:
                connection.end_sending()
            made.answers.append(connection.answer())
            while len(made.answers) < most:
                answer = connection.next_answer(NEXT_SECONDS)
                if answer is None:
                    break
                made.answers.append(answer)
            if request.method == "HEAD":
                made.rest = connection.rest(NEXT_SECONDS)
    except (OSError, BadAnswer) as error:
        made.error = why(error)
    _record(made, began, journal)
    return made


def _record(made: Framed, began: float, journal: Journal) -> None:
    first = made.answers[0] if made.answers else None
    journal.hide(*made.request.endpoint.secrets)
    journal.write(
        Requested(
            method=made.request.method,
            url=made.request.url,
            request_headers=made.request.own_headers(),
            sent=Body.of(made.shown),
            began=began,
            accepted=None,
            seconds=round(journal.now() - began, 6),
            status=None if first is None else first.status,
            error=made.error,
            headers=() if first is None else tuple(first.headers.items()),
            body=None if first is None else Body.of(first.body),
            cut=first is not None and first.cut,
        )
    )

"""Where one request ends and another begins: what is not seen alike on both sides is smuggled."""

from collections.abc import Iterator
from dataclasses import replace

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.client import Client
from boxproof.probes.framed import chunked, framed, send_framed
from boxproof.probes.messages import Request

UNKNOWN = "/no-such-path-5a1f"
CHUNKED = ("Transfer-Encoding", "chunked")
KEPT = ("Connection", "keep-alive")


@clause(
    "schema.one-answer-each",
    Level.MUST,
    "Each request MUST get one answer, in their order: what a body holds, or follows a head of two "
    "lengths, MUST NOT be taken for another request (RFC 9112, sections 6.3, 9.3.2 and 11.2).",
    effect=Effect.WRITES,
)
def one_answer_each(http: Client, config: Config) -> None:
    health = Request("GET", http.endpoint(), config.health.path, valid=config.health.request)
    for name, request, data, most in _sent(health):
        made = send_framed(request, data, http.journal, most=most + 1)
        seen = len(made.answers)
        require(seen <= most, f"{name}: {seen} answers, not {most} at most", made.evidence())
    _require_order(http, health)


def _require_order(http: Client, health: Request) -> None:
    """Break the clause where requests that do not wait for each other's answers get other ones."""
    unknown = replace(health, path=UNKNOWN, valid=None)
    alone = [http.send(each).status for each in (health, unknown, health)]
    data = framed(health, [KEPT]) + framed(unknown, [KEPT]) + framed(health, [])
    made = send_framed(health, data, http.journal, most=len(alone) + 1)
    seen = [each.status for each in made.answers]
    # A connection may be closed after any answer.
    require(
        seen == alone[: len(seen)],
        f"three requests at once were answered {seen}, and one by one {alone}",
        made.evidence(),
    )


def _sent(health: Request) -> Iterator[tuple[str, Request, bytes, int]]:
    """What is sent, by name: made from which request, and how many answers it may have.

    Each ends with a request that has the connection closed, so that nobody waits.
    """
    hidden, last = framed(health, [KEPT]), framed(health, [])
    length = ("Content-Length", str(len(hidden)))
    get = replace(health, valid=None)
    post = Request("POST", health.endpoint, UNKNOWN)
    wrong = Request("POST", health.endpoint, health.path)
    for name, request in {
        "a GET whose body is a request": get,
        "a POST to an unknown path whose body is a request": post,
        "a POST whose body is a request, to a path that knows none": wrong,
    }.items():
        yield name, request, framed(request, [KEPT, length], hidden) + last, 2
    in_chunk = framed(post, [KEPT, CHUNKED], chunked(hidden, len(hidden)))
    yield "a chunk that is a request", post, in_chunk + last, 2
    # From here on nobody can say where the first one ends: the connection is over with it.
    ended = b"0\r\n\r\n" + hidden
    both = [KEPT, CHUNKED, ("Content-Length", str(len(ended)))]
    yield "Content-Length beside Transfer-Encoding", post, framed(post, both, ended) + last, 1
    for name, fields in {
        "two Content-Lengths": [("Content-Length", "0"), length],
        "a Content-Length with a sign": [("Content-Length", f"+{len(hidden)}")],
        "a Content-Length with a space before the colon": [("Content-Length ", length[1])],
    }.items():
        yield name, post, framed(post, [KEPT, *fields], hidden) + last, 1

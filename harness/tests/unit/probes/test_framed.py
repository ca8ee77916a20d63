"""Bytes of one's own on one connection, and every answer that comes to them."""

import socket

from apps.raw import Serve, serving
from unit.probes.journaled import requested

from boxproof.endpoint import Credential, Endpoint, ExchangeLimits, Secret
from boxproof.journal import Journal
from boxproof.probes.framed import Framed, chunked, framed, send_framed
from boxproof.probes.messages import Request

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
LAST = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def replying(answer: bytes) -> Serve:
    """Answers what came first with these bytes, and hangs up."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    return serve


def sent(answer: bytes, journal: Journal, method: str = "GET", most: int = 3) -> Framed:
    """What becomes of a request that is answered with these bytes."""
    with serving(replying(answer)) as url:
        request = Request(method, Endpoint(url, limits=ExchangeLimits(5.0)), "/")
        return send_framed(request, framed(request, []), journal, most=most)


def test_every_answer_on_a_connection_is_read(journal: Journal) -> None:
    """Also where they come in one piece; one that says that it closes is the last."""
    made = sent(ANSWER + LAST + ANSWER, journal)
    assert [each.status for each in made.answers] == [200, 404]
    assert made.error == ""


def test_no_more_answers_are_read_than_asked_for(journal: Journal) -> None:
    """Whoever looks for one too many asks for one more."""
    assert len(sent(ANSWER * 5, journal, most=2).answers) == 2


def test_half_an_answer_is_none(journal: Journal) -> None:
    """What went before it stands."""
    made = sent(ANSWER + ANSWER[:20], journal)
    assert [each.status for each in made.answers] == [200]


def test_no_answer_says_why(journal: Journal) -> None:
    """The evidence has what was sent as a command."""
    made = sent(b"", journal)
    assert made.answers == []
    assert made.error == "the connection was closed without an answer"
    line, said = made.evidence()
    assert line.startswith("printf 'GET / HTTP/1.1\\015\\012")
    assert f"| nc {made.request.endpoint.address[0]} " in line
    assert said.endswith(made.error)


def test_a_body_behind_an_answer_to_head_is_seen(journal: Journal) -> None:
    """Its length is that of the body that GET would have had, and no body follows it."""
    whole = ANSWER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert sent(whole, journal, "HEAD").rest == b"{}"
    assert sent(whole[:-2], journal, "HEAD").rest == b""
    assert sent(whole, journal).rest == b""


def test_what_is_kept_names_no_credential(journal: Journal) -> None:
    """Neither the evidence nor the journal: they name the variable that holds it."""
    secret = Credential("X-API-Key", "KEY", Secret("open-sesame-71"))
    with serving(replying(LAST)) as url:
        request = Request("GET", Endpoint(url, credentials=(secret,)), "/")
        data = framed(request, [])
        made = send_framed(request, data, journal)
    assert b"open-sesame-71" in data
    assert "open-sesame-71" not in "\n".join(made.evidence())
    (entry,) = requested(journal)
    assert entry.sent is not None
    assert entry.sent.content is not None
    assert b"X-API-Key: $KEY" in entry.sent.content


def test_chunks_are_as_long_as_they_say() -> None:
    """RFC 9112, section 7.1; the last one is empty."""
    assert chunked(b"abcde", 3) == b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    assert chunked(b"", 1) == b"0\r\n\r\n"

"""Answers that are too many, or in another order than the requests, are seen."""

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from apps.raw import serving

from boxproof.clauses.schema.one_answer import one_answer_each
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Service
from boxproof.core.breaches import Breach
from boxproof.endpoint import Endpoint, ExchangeLimits
from boxproof.journal import Journal
from boxproof.probes.client import Client

CONFIG = Config(Path(), service=Service(name="toy", port=1), work=ValidRequest(path="/say"))
LINE = re.compile(rb"(?m)^(GET|POST) (\S+) HTTP/1.1\r$")


def answer(status: int) -> bytes:
    """An answer on a connection that stays open."""
    return b"HTTP/1.1 %d Any\r\nContent-Length: 0\r\n\r\n" % status


def judged(reply: Callable[[list[bytes]], bytes], journal: Journal) -> None:
    """Judge a server that is given the path of every request line that came on a connection."""

    def serve(connection: socket.socket) -> None:
        lines = [path for _, path in LINE.findall(connection.recv(65536))]
        connection.sendall(reply(lines))

    with serving(serve) as url:
        one_answer_each(Client(lambda: Endpoint(url, limits=ExchangeLimits(5.0)), journal), CONFIG)


def status_of(path: bytes) -> bytes:
    return answer(200 if path == b"/health" else 404)


def test_a_server_that_ends_each_connection_is_kept(journal: Journal) -> None:
    """It answers the first request, and nobody has to answer the others."""
    judged(lambda lines: status_of(lines[0]), journal)


def test_a_server_that_answers_every_line_is_broken(journal: Journal) -> None:
    """One request in the body of another is answered as well."""
    with pytest.raises(Breach, match="a GET whose body is a request: 3 answers, not 2 at most"):
        judged(lambda lines: b"".join(map(status_of, lines)), journal)


def test_answers_in_another_order_are_broken(journal: Journal) -> None:
    """The client would take one for the other."""

    def reply(lines: list[bytes]) -> bytes:
        in_order = lines[:2] if b"/no-such-path-5a1f" in lines[1:] else lines[:1]
        return b"".join(status_of(path) for path in reversed(in_order))

    with pytest.raises(Breach, match=re.escape("answered [404, 200], and one by one [200, 404,")):
        judged(reply, journal)

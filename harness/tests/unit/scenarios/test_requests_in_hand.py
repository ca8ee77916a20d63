"""That a server has requests in hand is shown, or nothing is judged."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.verdicts import Cause
from boxproof.endpoint import Endpoint, ExchangeLimits
from boxproof.journal import Journal
from boxproof.probes.messages import Request
from boxproof.probes.payload import Payload
from boxproof.scenarios.requests_in_hand import LATER, in_hand


class Quiet(BaseHTTPRequestHandler):
    """Reads the body and answers, in HTTP/1.0: without ``100 Continue``."""

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()

    def answer(self) -> None:
        body = json.dumps({"id": 1}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Inviting(Quiet):
    """Says ``100 Continue`` before it reads a body."""

    protocol_version = "HTTP/1.1"


class Hasty(Quiet):
    """Answers before it has read the body."""

    def do_POST(self) -> None:
        self.answer()


@contextmanager
def serving(
    handler: type[BaseHTTPRequestHandler], server: type[HTTPServer] = ThreadingHTTPServer
) -> Iterator[Endpoint]:
    """A server on a free port."""
    made = server(("127.0.0.1", 0), handler)
    threading.Thread(target=made.serve_forever).start()
    try:
        yield Endpoint(f"http://127.0.0.1:{made.server_port}", limits=ExchangeLimits(1.0))
    finally:
        made.shutdown()
        made.server_close()


def requests_to(endpoint: Endpoint) -> tuple[tuple[Request, ...], Request]:
    """Two requests with a body, and a look at the health path."""
    made = Request("POST", endpoint, "/notes", Payload.json({"prompt": "hello"}))
    return (made, made), Request("GET", endpoint, "/health")


@pytest.mark.parametrize(("handler", "later"), [(Inviting, 0), (Quiet, LATER)])
def test_requests_are_in_hand_where_the_server_waits_for_their_bodies(
    handler: type[BaseHTTPRequestHandler], later: int, tmp_path: Path
) -> None:
    """It said so, or it took later connections off the same queue; then they go on."""
    journal = Journal(tmp_path / "journal")
    with serving(handler) as endpoint:
        requests, health = requests_to(endpoint)
        with in_hand(requests, health, journal) as held:
            assert held.later == later
            assert [each.release().status for each in held.requests] == [200, 200]


@pytest.mark.parametrize(("handler", "server"), [(Hasty, ThreadingHTTPServer), (Quiet, HTTPServer)])
def test_nothing_is_judged_where_that_cannot_be_shown(
    handler: type[BaseHTTPRequestHandler], server: type[HTTPServer], tmp_path: Path
) -> None:
    """One that answers at once has nothing in hand; one that takes no other connection may not."""
    journal = Journal(tmp_path / "journal")
    with serving(handler, server) as endpoint:
        requests, health = requests_to(endpoint)
        with pytest.raises(NotJudged) as said, in_hand(requests, health, journal):
            pass
    assert said.value.cause is Cause.UNDECIDED

"""Requests are led through the proxy for a time, and past it for one client."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from boxproof.config.options import Health
from boxproof.core.breaches import NoAnswer
from boxproof.endpoint import Endpoint
from boxproof.faults.network.route import Route
from boxproof.journal import Journal
from boxproof.probes.client import Client

LIMIT_SECONDS = 10.0


class Handler(BaseHTTPRequestHandler):
    """Answers every GET."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def route(tmp_path: Path) -> Iterator[Route]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}")
    journal = Journal(tmp_path / "journal.jsonl")
    made = Route(Client(lambda: endpoint, journal), Health().request)
    yield made
    made.close()
    server.shutdown()
    server.server_close()
    journal.close()


def test_requests_are_led_through_the_proxy_within_a_detour_alone(route: Route) -> None:
    """The address is asked for at each request; the client need not know."""
    straight = route.direct.endpoint()
    assert route.client.endpoint() == straight
    with route.detour() as proxy:
        assert route.client.endpoint().url == f"http://{proxy.address}"
        assert route.client.get("/").status == 200
    assert route.client.endpoint() == straight


def test_a_client_on_a_good_line_is_answered_while_others_are_cut_off(route: Route) -> None:
    """And what became of its requests is known."""
    with route.detour() as proxy:
        proxy.cut()
        with pytest.raises(NoAnswer):
            route.client.request("GET", "/", timeout_seconds=0.5)
        route.wait_beside(2, LIMIT_SECONDS)
    assert len(route.beside) >= 2
    assert {each.status for each in route.beside} == {200}


def test_a_request_that_was_led_away_just_before_the_end_is_answered(route: Route) -> None:
    """The proxy goes on, as a good line, until the route is closed."""
    with route.detour() as proxy:
        proxy.cut()
        led = route.client.endpoint()
    assert Client(lambda: led, route.direct.journal).get("/").status == 200


def test_a_second_detour_leads_through_the_same_proxy(route: Route) -> None:
    """Which is well again."""
    with route.detour() as first:
        first.cut()
    with route.detour() as second:
        assert second is first
        assert route.client.get("/").status == 200

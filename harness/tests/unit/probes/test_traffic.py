"""Traffic keeps requests in flight until it is stopped."""

import threading

from apps.good import Response
from apps.schema.serving import Server, served

from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.messages import Request
from boxproof.probes.payload import Payload
from boxproof.probes.traffic import Traffic


class Gate:
    """A service that answers when it is let."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        """Answer once the gate is open."""
        del method, path, query, body
        assert self.open.wait(10)
        return Response(200, {})


def traffic_to(server: Server, journal: Journal, clients: int) -> Traffic:
    """Clients that send a POST and a GET by turns."""
    endpoint = Endpoint(server.url)
    say = Request("POST", endpoint, "/say", Payload.json({}))
    requests = [say, Request("GET", endpoint, "/health")]
    return Traffic(lambda: requests, journal, clients=clients)


def test_what_is_in_flight_when_traffic_is_stopped_is_still_answered(journal: Journal) -> None:
    """The block waits for it, and begins nothing more."""
    gate = Gate()
    with served(gate.respond) as server, traffic_to(server, journal, 1) as traffic:
        assert traffic.wait_in_flight(1, 10)
        traffic.stop()
        moment = journal.now()
        gate.open.set()
    (exchange,) = traffic.exchanges()
    assert exchange.status == 200
    assert exchange.ended is not None
    assert exchange.began < moment < exchange.ended


def test_as_many_requests_are_in_flight_as_there_are_clients(journal: Journal) -> None:
    """One that waits for a third of two waits in vain."""
    gate = Gate()
    with served(gate.respond) as server, traffic_to(server, journal, 3) as traffic:
        # The second client begins with a GET, which has no body to ask for.
        assert traffic.wait_in_flight(2, 10)
        assert not traffic.wait_in_flight(3, 0.05)
        gate.open.set()


def test_answers_are_counted_from_a_moment_on(journal: Journal) -> None:
    """What began before does not count."""
    gate = Gate()
    with served(gate.respond) as server, traffic_to(server, journal, 2) as traffic:
        assert traffic.wait_in_flight(1, 10)
        moment = journal.now()
        gate.open.set()
        assert traffic.wait_answered(4, 10, since=moment)
    since = [each for each in traffic.exchanges() if each.began > moment]
    assert len(since) >= 4
    assert {each.request.method for each in since} == {"GET", "POST"}


def test_an_outage_is_recorded_and_ends_nothing(journal: Journal) -> None:
    """Clients go on while nobody is there."""
    with served(Gate().respond) as server:
        pass
    with traffic_to(server, journal, 2) as traffic:
        assert not traffic.wait_answered(1, 0.3)
    assert len(traffic.exchanges()) > 2
    assert {each.status for each in traffic.exchanges()} == {None}

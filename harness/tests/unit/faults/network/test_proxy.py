"""The proxy passes bytes on, slowly, not at all, or broken off."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from boxproof.faults.network.proxy import NetworkConditions, Proxy

LIMIT_SECONDS = 10.0
ECHOED = b"x" * 2000


class Echo:
    """A server that answers whole requests of ``ECHOED``'s length and remembers what arrived."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.arrived: list[bytes] = []
        self.changed = threading.Condition()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.listener.getsockname()[1]

    def wait_arrived(self, data: bytes) -> None:
        """Wait until a connection brought this and ended, or brought it whole."""
        with self.changed:
            assert self.changed.wait_for(lambda: data in self.arrived, LIMIT_SECONDS), self.arrived

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        received = b""
        with connection:
            try:
                while len(received) < len(ECHOED) and (data := connection.recv(65536)):
                    received += data
                connection.sendall(received)
            except ConnectionError:
                pass
        with self.changed:
            self.arrived.append(received)
            self.changed.notify_all()


@pytest.fixture
def echo() -> Iterator[Echo]:
    made = Echo()
    yield made
    made.listener.close()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    made = Proxy(lambda: echo.address)
    yield made
    made.close()


def connected(proxy: Proxy) -> socket.socket:
    """A client's connection to the proxy."""
    host, port = proxy.address.split(":")
    return socket.create_connection((host, int(port)), LIMIT_SECONDS)


def exchange(proxy: Proxy) -> bytes:
    """Send a request and read the answer to its end."""
    with connected(proxy) as client:
        client.sendall(ECHOED)
        answer = b""
        while data := client.recv(65536):
            answer += data
        return answer


def test_a_good_line_passes_everything_on(proxy: Proxy) -> None:
    """Both ways, to the end."""
    assert exchange(proxy) == ECHOED


class Louder:
    """Raises its voice one way, keeps back what it does not like, and leaves the rest alone."""

    def request(self, data: bytes) -> bytes:
        return data.upper()

    def answer(self, data: bytes) -> bytes | None:
        return None if b"SECRET" in data else data


def test_what_passes_can_be_changed(echo: Echo) -> None:
    """By something that each connection has of its own."""
    made: list[Louder] = []

    def tamper() -> Louder:
        made.append(Louder())
        return made[-1]

    proxy = Proxy(lambda: echo.address, tamper)
    assert [exchange(proxy), exchange(proxy)] == [ECHOED.upper()] * 2
    assert len(made) == 2
    with connected(proxy) as client:
        client.sendall(b"secret".ljust(len(ECHOED)))
        assert proxy.wait_busy(1, 1, LIMIT_SECONDS)
    proxy.close()


def test_it_listens_on_the_loopback_interface_alone(proxy: Proxy) -> None:
    """Nobody else's traffic passes through it."""
    assert proxy.address.startswith("127.0.0.1:")


@pytest.mark.parametrize(
    ("conditions", "seconds"),
    [
        (NetworkConditions(latency_seconds=0.1), 0.2),
        (NetworkConditions(bytes_per_second=20_000), 2 * len(ECHOED) / 20_000),
    ],
)
def test_a_slow_network_passes_everything_on_later(
    proxy: Proxy, conditions: NetworkConditions, seconds: float
) -> None:
    """Latency is added each way, and bytes take their time each way."""
    proxy.conditions = conditions
    began = time.monotonic()
    assert exchange(proxy) == ECHOED
    assert time.monotonic() - began >= seconds


def test_an_answer_that_is_held_is_lost_in_a_cut(proxy: Proxy, echo: Echo) -> None:
    """The service has done its work; the client is reset and never hears of it."""
    proxy.hold()
    with connected(proxy) as client:
        client.sendall(ECHOED)
        assert proxy.wait_busy(1, 1, LIMIT_SECONDS)
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    echo.wait_arrived(ECHOED)


def stalled(proxy: Proxy) -> socket.socket | None:
    """A client that sent a request and waits for its answer; None where it was reset at once."""
    try:
        client = connected(proxy)
        client.sendall(ECHOED)
        client.settimeout(0.5)
        client.recv(1)
    except ConnectionError:
        return None
    except TimeoutError:
        client.settimeout(LIMIT_SECONDS)
        return client
    raise AssertionError("it was answered")


def test_new_connections_of_a_cut_line_are_reset_or_stall_until_it_is_healed(
    proxy: Proxy, echo: Echo
) -> None:
    """In turn; one that stalls has brought half of its request, and is reset in the end."""
    proxy.cut()
    clients = [stalled(proxy) for _ in range(4)]
    waiting = [each for each in clients if each is not None]
    assert len(waiting) == 2
    proxy.heal()
    for client in waiting:
        with client, pytest.raises(ConnectionResetError):
            client.recv(1)
    echo.wait_arrived(ECHOED[: len(ECHOED) // 2])


def test_a_healed_line_is_a_good_one(proxy: Proxy) -> None:
    """Whatever was wrong with it."""
    proxy.conditions = NetworkConditions(latency_seconds=100.0)
    proxy.hold()
    proxy.cut()
    proxy.heal()
    assert exchange(proxy) == ECHOED


def test_a_service_that_refuses_is_refused_through_the_proxy(proxy: Proxy, echo: Echo) -> None:
    """The client is reset, not kept waiting."""
    echo.listener.shutdown(socket.SHUT_RDWR)
    echo.listener.close()
    with pytest.raises(ConnectionResetError):
        exchange(proxy)


def test_nothing_is_left_when_it_is_closed(echo: Echo) -> None:
    """Neither its thread nor a connection, also one that is under way."""
    proxy = Proxy(lambda: echo.address)
    proxy.hold()
    with connected(proxy) as client:
        client.sendall(ECHOED)
        assert proxy.wait_busy(1, 1, LIMIT_SECONDS)
        proxy.close()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    assert "boxproof-proxy" not in {each.name for each in threading.enumerate()}

"""One connection for one exchange, which is over at its deadline whatever the service does.

Everything that is sent to a service goes through here: nothing is taken from the environment, and
nothing is followed. What is sent are bytes of the caller's own, since a parser would refuse the
wrong lengths and the pipelining that must be sent; what comes back is parsed by h11.
"""

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import h11

from boxproof.core import cancellation
from boxproof.core.breaches import TIMED_OUT
from boxproof.endpoint import Endpoint, Tls

#: The longest head of an answer, in bytes.
HEAD_BYTES = 65_536
RECEIVE_BYTES = 65_536
CONTINUE = 100


#: What ``socket.getaddrinfo`` gives: family, kind, protocol, canonical name, address.
Address = tuple[Any, ...]


class BadAnswer(Exception):
    """What came back is not a complete HTTP answer; says why, in a few words."""


class Headers(Mapping[str, str]):
    """The headers of an answer: names in any case, several of one name joined by a comma.

    RFC 9110, 5.2 and 5.3.
    """

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self.fields = tuple(fields)
        self._values: dict[str, str] = {}
        for name, value in self.fields:
            known = self._values.get(name.lower())
            self._values[name.lower()] = value if known is None else f"{known}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came; ``cut`` says that its body went on beyond the endpoint's limit."""

    status: int
    reason: str
    version: str
    headers: Headers
    body: bytes
    cut: bool = False


class Connection:
    """A connection to an endpoint that carries one exchange.

    It is made when the endpoint's quota lets it, which ``on_admitted`` is told. The endpoint's time
    limit begins then, and again with :meth:`restart_clock`. With ``window_bytes`` the kernel takes
    about so much that nobody has read, and the service cannot send more.

    Attributes:
        status: that of the final answer, once its head has come.

    Raises:
        OSError: nobody is there, or the limit has passed.
        NotJudged: the endpoint's quota does not let it be sent.
        Cancelled: the run ended meanwhile.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        method: str,
        on_admitted: Callable[[], None] = lambda: None,
        *,
        window_bytes: int | None = None,
    ) -> None:
        if endpoint.quota is not None:
            endpoint.quota.admit(method)
        on_admitted()
        self.status: int | None = None
        self._limits = endpoint.limits
        self._deadline = 0.0
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
        # Where an answer ends depends on the method; what the parser would send is thrown away.
        self._parser.send(h11.Request(method=method, target="/", headers=[("Host", "h")]))
        self._parser.send(h11.EndOfMessage())
        self._heard = False
        self._early: h11.Response | None = None
        self.restart_clock()
        self._socket = _connected(endpoint, self._deadline, window_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it; safe to call twice."""
        self._socket.close()

    def restart_clock(self) -> None:
        """Give what follows the whole limit again."""
        self._deadline = time.monotonic() + self._limits.seconds

    def send(self, data: bytes) -> None:
        """Send bytes; a service that has closed its end may still have answered."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.settimeout(_left(self._deadline, self._limits.seconds))
            self._socket.sendall(data)

    def end_sending(self) -> None:
        """Say that nothing more will be sent, and go on reading; TLS has no such thing."""
        if not isinstance(self._socket, ssl.SSLSocket):
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_WR)

    def is_asked_for_body(self, within_seconds: float) -> bool:
        """Wait for ``100 Continue``; False where something else comes, or nothing in that time."""
        whole = self._deadline
        self._deadline = min(whole, time.monotonic() + within_seconds)
        try:
            event = self._next()
        except (TimeoutError, BadAnswer):
            return False
        finally:
            self._deadline = whole
        if isinstance(event, h11.Response):
            self._early = event
        return isinstance(event, h11.InformationalResponse) and event.status_code == CONTINUE

    def is_silent(self) -> bool:
        """Whether nothing of a final answer, and no end of the connection, has come so far."""
        if self._early is not None:
            return False
        readable, _, _ = select.select([self._socket], [], [], 0)
        return not readable

    def answer(self, on_data: Callable[[bytes], None] = lambda _: None) -> Received:
        """Read the final answer; ``on_data`` is called with each part of its body as it comes, and
        with nothing when its head has come.

        Raises:
            BadAnswer: it is cut short, or is not HTTP.
            OSError: the connection was lost, or the limit has passed.
        """
        head = self._early or self._next()
        while isinstance(head, h11.InformationalResponse):
            head = self._next()
        if not isinstance(head, h11.Response):
            raise BadAnswer("the connection was closed without an answer")
        self.status = head.status_code
        on_data(b"")
        body, cut = self._body(on_data)
        fields = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in head.headers.raw_items()]
        return Received(
            status=head.status_code,
            reason=head.reason.decode("latin-1"),
            version=head.http_version.decode("ascii"),
            headers=Headers(fields),
            body=body,
            cut=cut,
        )

    def next_answer(self, within_seconds: float) -> Received | None:
        """The answer to another request that was sent on this connection; None where none comes."""
        if self._parser.states != {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
            # The service said that it would close the connection.
            return None
        self._deadline = min(self._deadline, time.monotonic() + within_seconds)
        self._parser.start_next_cycle()
        self._parser.send(h11.Request(method="GET", target="/", headers=[("Host", "h")]))
        self._parser.send(h11.EndOfMessage())
        self._early = None
        try:
            return self.answer()
        except (OSError, BadAnswer):
            return None

    def rest(self, within_seconds: float) -> bytes:
        """What comes after a whole answer, until the connection ends or so much time has passed."""
        rest = bytearray(self._parser.trailing_data[0])
        self._deadline = min(self._deadline, time.monotonic() + within_seconds)
        with suppress(OSError):
            while len(rest) < self._limits.body_bytes and (data := self._receive()):
                rest += data
        return bytes(rest)

    def _body(self, on_data: Callable[[bytes], None]) -> tuple[bytes, bool]:
        body = bytearray()
        while isinstance(event := self._next(), h11.Data):
            body += event.data
            on_data(bytes(event.data))
            if len(body) > self._limits.body_bytes:
                return bytes(body[: self._limits.body_bytes]), True
        return bytes(body), False

    def _next(self) -> h11.Event:
        """The next part of what comes back."""
        try:
            # What is a class and no event asks for more bytes (h11.NEED_DATA).
            while isinstance(event := self._parser.next_event(), type):
                data = self._receive()
                if not data and not self._heard:
                    raise BadAnswer("the connection was closed without an answer")
                self._heard = True
                self._parser.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise BadAnswer(f"the answer is not complete HTTP: {error}") from None
        return event

    def _receive(self) -> bytes:
        """What came next; waits for it until the deadline, or until the run ends."""
        while True:
            cancellation.check()
            left = _left(self._deadline, self._limits.seconds)
            self._socket.settimeout(min(left, cancellation.LOOK_SECONDS))
            with suppress(TimeoutError):
                return self._socket.recv(RECEIVE_BYTES)


def why(error: OSError | BadAnswer) -> str:
    """What was wrong, in a few words."""
    match error:
        case ConnectionRefusedError():
            return "connection refused"
        case ConnectionResetError():
            return "connection reset"
        case OSError(strerror=str(words)) if words:
            return words[:1].lower() + words[1:]
    return str(error) or type(error).__name__


def _left(deadline: float, seconds: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _late(seconds)
    return left


def _late(seconds: float) -> TimeoutError:
    return TimeoutError(f"{TIMED_OUT}: no complete answer within {seconds:g} s")


def _connected(
    endpoint: Endpoint, deadline: float, window_bytes: int | None = None
) -> socket.socket:
    """A connection to the first of the host's addresses that takes one."""
    host, port = endpoint.address
    seconds = endpoint.limits.seconds
    failed: OSError = ConnectionRefusedError(f"{host} has no address")
    for family, kind, protocol, _, place in _addresses(host, port, deadline, seconds):
        made = socket.socket(family, kind, protocol)
        try:
            if window_bytes is not None:
                # What a connection may take is agreed upon as it is made (tcp(7)).
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window_bytes)
            made.settimeout(_left(deadline, seconds))
            made.connect(place)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _encrypted(made, endpoint) if endpoint.is_encrypted else made
        except TimeoutError:
            made.close()
            failed = _late(seconds)
        except OSError as error:
            made.close()
            failed = error
    raise failed


def _addresses(host: str, port: int, deadline: float, seconds: float) -> list[Address]:
    """The addresses of a host.

    A resolver keeps time limits of its own, beyond ours: it is asked in a thread, which is left to
    itself at the deadline.
    """
    with suppress(socket.gaierror):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    answered = threading.Event()
    found: list[Address] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)
        answered.set()

    cancellation.daemon(ask, "name-resolution").start()
    if not cancellation.wait(_left(deadline, seconds), answered):
        raise _late(seconds)
    for error in failed:
        raise error
    return found


def _encrypted(made: socket.socket, endpoint: Endpoint) -> socket.socket:
    name = endpoint.tls.server_name or endpoint.address[0]
    return _context(endpoint.tls).wrap_socket(made, server_hostname=name)


def _context(tls: Tls) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif tls.ca_file is not None:
        context.load_verify_locations(tls.ca_file)
    else:
        context.set_default_verify_paths()
    return context

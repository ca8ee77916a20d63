"""Leads everything that Schemathesis sends through the endpoint, as every probe is led.

In this process alone: Schemathesis makes its sessions itself, in several places, so what they have
in common is replaced. Proxies, ``.netrc`` and certificates of the environment count for nothing, no
redirect is followed, and each request is over at the endpoint's deadline.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import RemoteDisconnected
from io import BytesIO
from typing import Any, NoReturn
from unittest import mock
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError

from boxproof.core.breaches import NotJudged
from boxproof.core.verdicts import Cause
from boxproof.drivers.schemathesis.collect import plain_headers
from boxproof.drivers.schemathesis.outage import Outage
from boxproof.endpoint import Endpoint, target_of
from boxproof.journal import Body
from boxproof.journal.entries import Requested
from boxproof.probes.connection import BadAnswer, Connection, Received, why
from boxproof.probes.messages import head

VERSIONS = {"1.0": 10, "1.1": 11}


Hear = Callable[[Requested], None]


def _unheard(_: Requested) -> None:
    """Nobody asks."""


@contextmanager
def led_through(endpoint: Endpoint, hear: Hear = _unheard) -> Iterator["EndpointAdapter"]:
    """Within the block every session of ``requests`` sends through this endpoint, by the adapter.

    ``hear`` is told of each exchange once it is over, ``began`` on ``time.monotonic``.

    Raises:
        Spent: the endpoint's quota lets nothing more be sent.
    """
    adapter = EndpointAdapter(endpoint, hear)
    instead = {
        "get_adapter": lambda *_, **__: adapter,
        "get_redirect_target": lambda *_, **__: None,
        # Sessions set it when they are made; this one stays.
        "trust_env": property(lambda _: False, lambda *_: None),
    }
    with ExitStack() as stack:
        for name, value in instead.items():
            stack.enter_context(mock.patch.object(requests.Session, name, value, create=True))
        yield adapter


class BodyTooLong(requests.RequestException, ValueError):
    """A body beyond the endpoint's limit, which cannot be judged: no fault of the service."""


class Refused(requests.RequestException, ValueError):
    """A method that the endpoint's quota does not let be sent: no fault of the service."""


class Spent(KeyboardInterrupt):
    """Nothing more may be sent; ends what Schemathesis does, with what it has seen."""


class EndpointAdapter(BaseAdapter):
    """Carries a prepared request over a connection of its own to one endpoint.

    Attributes:
        spent: why nothing more may be sent; empty while something may.
        outage: whether the service has ceased to do its work, after which nothing more is sent.
    """

    def __init__(self, endpoint: Endpoint, hear: Hear) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._hear = hear
        self.spent = ""
        self.outage = Outage()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send it; how it is carried is the endpoint's affair, whatever the arguments say.

        Raises:
            requests.RequestException: there was no complete answer.
            BodyTooLong: there was one whose body was not read to its end.
            Spent, Refused: the endpoint's quota does not let it be sent, or an outage began.
        """
        if self.outage.told:
            raise Spent
        del stream, timeout, verify, cert, proxies
        url, method = request.url or "", request.method or "GET"
        # requests writes a host in small letters.
        if urlsplit(url).netloc.lower() != self._endpoint.host.lower():
            raise requests.exceptions.InvalidURL(f"{url} lies outside the service")
        body = _bytes(request.body)
        began = time.monotonic()

        def begin() -> None:
            nonlocal began
            began = time.monotonic()

        try:
            received = self._exchange(method, url, request, body, begin)
        except NotJudged as error:
            if error.cause is not Cause.BUDGET:
                raise Refused(error.reason, request=request) from None
            self.spent = error.reason
            raise Spent from None
        except (OSError, BadAnswer) as error:
            self._hear(_requested(request, body, began, error=why(error)))
            _raise_as_requests(error, request, self._endpoint.limits.seconds)
        self._hear(_requested(request, body, began, received))
        self.outage.take(method, urlsplit(url).path, received.status)
        if received.cut:
            raise BodyTooLong(f"{method} {url} returned more than {len(received.body)} bytes")
        return _response(request, received)

    def close(self) -> None:
        """Nothing is kept open."""

    def _exchange(
        self,
        method: str,
        url: str,
        request: requests.PreparedRequest,
        body: bytes,
        begin: Callable[[], None],
    ) -> Received:
        headers = request.headers.copy()
        if headers.pop("Transfer-Encoding", ""):
            headers["Content-Length"] = str(len(body))
        with Connection(self._endpoint, method, begin) as connection:
            connection.send(head(method, self._endpoint, target_of(url), headers.items()))
            connection.send(body)
            return connection.answer()


def _raise_as_requests(
    error: OSError | BadAnswer, request: requests.PreparedRequest, limit_seconds: float
) -> NoReturn:
    """As requests tells of it, and Schemathesis knows it."""
    if isinstance(error, TimeoutError):
        # Schemathesis reads the seconds out of urllib3's own words.
        told = TimeoutError(f"{error} (read timeout={limit_seconds:g})")
        raise requests.ReadTimeout(told, request=request) from None
    if isinstance(error, OSError):
        raise requests.ConnectionError(error, request=request) from error
    try:
        # Known by its context.
        raise ProtocolError("Connection aborted.", RemoteDisconnected(str(error)))
    except ProtocolError as lost:
        raise requests.ConnectionError(error, request=request) from lost


def _requested(
    request: requests.PreparedRequest,
    body: bytes,
    began: float,
    received: Received | None = None,
    error: str = "",
) -> Requested:
    return Requested(
        method=request.method or "GET",
        url=request.url or "",
        began=began,
        request_headers=plain_headers(request.headers),
        sent=Body.of(body) if body else None,
        seconds=time.monotonic() - began,
        status=None if received is None else received.status,
        error=error,
        headers=() if received is None else received.headers.fields,
        body=None if received is None else Body.of(received.body),
        cut=received is not None and received.cut,
    )


def _bytes(body: str | bytes | Iterable[bytes] | None) -> bytes:
    match body:
        case None:
            return b""
        case str():
            return body.encode()
        case bytes():
            return body
    return b"".join(body)


def _response(request: requests.PreparedRequest, received: Received) -> requests.Response:
    raw = HTTPResponse(
        body=BytesIO(received.body),
        headers=HTTPHeaderDict(received.headers.fields),
        status=received.status,
        reason=received.reason,
        version=VERSIONS.get(received.version, 11),
        preload_content=False,
        enforce_content_length=False,
        request_method=request.method,
    )
    return HTTPAdapter().build_response(request, raw)

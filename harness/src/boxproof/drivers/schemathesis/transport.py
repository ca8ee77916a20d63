"""Leads everything that Schemathesis sends through the endpoint, as every probe is led.

In this process alone: Schemathesis makes its sessions itself, in several places, so what they have
in common is replaced. Proxies, ``.netrc`` and certificates of the environment count for nothing, no
redirect is followed, and each request is over at the endpoint's deadline.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import RemoteDisconnected
from io import BytesIO
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError

from boxproof.endpoint import Endpoint, target_of
from boxproof.probes.connection import BadAnswer, Connection, Received
from boxproof.probes.messages import head

VERSIONS = {"1.0": 10, "1.1": 11}


@contextmanager
def led_through(endpoint: Endpoint) -> Iterator[None]:
    """Within the block every session of ``requests`` sends through this endpoint."""
    adapter = EndpointAdapter(endpoint)
    instead = {
        "get_adapter": lambda *_, **__: adapter,
        "get_redirect_target": lambda *_, **__: None,
        # Sessions set it when they are made; this one stays.
        "trust_env": property(lambda _: False, lambda *_: None),
    }
    with ExitStack() as stack:
        for name, value in instead.items():
            stack.enter_context(mock.patch.object(requests.Session, name, value, create=True))
        yield


class BodyTooLong(requests.RequestException, ValueError):
    """A body beyond the endpoint's limit, which cannot be judged: no fault of the service."""


class EndpointAdapter(BaseAdapter):
    """Carries a prepared request over a connection of its own to one endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__()
        self._endpoint = endpoint

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
        """
        del stream, timeout, verify, cert, proxies
        url, method = request.url or "", request.method or "GET"
        if urlsplit(url).netloc != self._endpoint.host:
            raise requests.exceptions.InvalidURL(f"{url} lies outside the service")
        body = _bytes(request.body)
        headers = request.headers.copy()
        if headers.pop("Transfer-Encoding", ""):
            headers["Content-Length"] = str(len(body))
        try:
            with Connection(self._endpoint, method) as connection:
                connection.send(head(method, self._endpoint, target_of(url), headers.items()))
                connection.send(body)
                received = connection.answer()
        except TimeoutError as error:
            # Schemathesis reads the seconds out of urllib3's own words.
            told = TimeoutError(f"{error} (read timeout={self._endpoint.limits.seconds:g})")
            raise requests.ReadTimeout(told, request=request) from None
        except OSError as error:
            raise requests.ConnectionError(error, request=request) from error
        except BadAnswer as error:
            _raise_disconnected(error, request)
        if received.cut:
            raise BodyTooLong(f"{method} {url} returned more than {len(received.body)} bytes")
        return _response(request, received)

    def close(self) -> None:
        """Nothing is kept open."""


def _raise_disconnected(error: BadAnswer, request: requests.PreparedRequest) -> None:
    """As requests tells of a lost connection, which Schemathesis knows by its context."""
    try:
        raise ProtocolError("Connection aborted.", RemoteDisconnected(str(error)))
    except ProtocolError as lost:
        raise requests.ConnectionError(error, request=request) from lost


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

"""HTTP/1.1 as uvicorn speaks it, with the service's limits and error shape."""

import json
import time
import uuid
from asyncio import Transport
from collections.abc import Callable, Iterable
from heapq import nsmallest
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gpt2_service.boot import settings_or_exit
from gpt2_service.draining import Draining
from gpt2_service.error_bodies import error_body
from gpt2_service.errors import (
    HeadersTooLargeError,
    RequestError,
    RequestTooSlowError,
    TargetTooLongError,
)

# What a connection that was just taken has for its first request once the worker is to end.
FIRST_REQUEST_SECONDS = 1.0
# Of a body that nobody wants, what is still read so that its sender hears the answer.
UNWANTED_BYTES = 16_777_216
# Method, version and line ends of a request line.
REQUEST_LINE_BYTES = 64
# What a connection has for its request, however many others want its place.
SURE_SECONDS = 1.0
# Of connections, to make room: to look through a thousand of them for each new one takes longer
# than all else that is done for it.
CLOSED_AT_ONCE = 16


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with the service's error shape, and no connection dropped unheard.

    And with limits: httptools waits for the end of a head, of trailers or of a chunk's extensions
    without one, uvicorn reads a refused body to its end, and neither ever gives up on a client that
    is silent, or does not read.
    """

    url = b""
    _ending = False
    _in_head = False
    # What came since the parser last made something of it.
    _pending_bytes = 0
    _unwanted_bytes = 0
    # Since when the client is to send a request, or to read a response. By `time.monotonic`: the
    # loop's own clock is the same for all connections that it takes at once.
    awaited_since = 0.0
    _unread_since: float | None = None

    def __init__(
        self,
        *args: Any,
        closed: Callable[[], None],
        worker_ends: Callable[[], bool],
        draining: Draining,
        **kwargs: Any,
    ) -> None:
        """Make the protocol of one connection.

        `closed` is called when that is gone; `worker_ends` says whether uvicorn has told its
        connections to end, or is about to. While `draining`, each ends with its next answer.
        """
        super().__init__(*args, **kwargs)
        self._closed = closed
        self._worker_ends = worker_ends
        self._draining = draining
        settings = settings_or_exit()
        self._limit_bytes = settings.max_header_bytes
        self._limit_seconds = settings.client_timeout_seconds

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.awaited_since = time.monotonic()
        if self._worker_ends():
            # It was accepted before, but uvicorn may not have known of it.
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._closed()

    def give_up_if_slow(self) -> None:
        """Close the connection when its client has let it wait too long; to be called regularly."""
        if self._unread_since is None and self.transport.is_closing():
            # What is left is sent first, and asyncio tells of more than that alone.
            self._unread_since = time.monotonic()
        earliest = time.monotonic() - self._limit_seconds
        if self._unread_since is not None and self._unread_since < earliest:
            # Not `close`, which waits until everything is sent.
            self.transport.abort()
        elif self._awaits_client() and self.awaited_since < earliest:
            if self.cycle is None and not self._in_head:
                self.transport.close()
            else:
                self._refuse(RequestTooSlowError(self._limit_seconds))

    @property
    def is_silent(self) -> bool:
        """Whether it has waited for its client so long that another may take its place."""
        return self._awaits_client() and time.monotonic() - self.awaited_since > SURE_SECONDS

    def _awaits_client(self) -> bool:
        """Whether nothing can go on here until the client sends something."""
        if self.transport.is_closing():
            return False
        if self.cycle is None or self.cycle.response_complete:
            return True
        return self.cycle.more_body and not self.flow.read_paused

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread_since = time.monotonic()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread_since = None

    def on_response_complete(self) -> None:
        self.awaited_since = time.monotonic()
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        self._pending_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._unwanted_bytes > UNWANTED_BYTES:
            self.transport.close()
        elif self._pending_bytes > self._limit_bytes + len(self.url) + REQUEST_LINE_BYTES:
            self._refuse(HeadersTooLargeError(self._limit_bytes))
        elif self._in_head and len(self.url) > self._limit_bytes:
            self._refuse(TargetTooLongError(self._limit_bytes))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._unwanted_bytes = 0
        self.awaited_since = time.monotonic()

    def on_body(self, body: bytes) -> None:
        self._pending_bytes = 0
        if self.cycle.response_complete:
            self._unwanted_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._pending_bytes = 0
        super().on_message_complete()

    def _refuse(self, error: RequestError) -> None:
        """Answer for the application, which waits for the rest of a request, and hang up."""
        self.logger.warning("Request given up: %s.", error)
        if self._may_answer():
            self._respond(error.status, str(error))
        else:
            self.transport.close()

    def _may_answer(self) -> bool:
        """Whether a request has begun, and no other answer stands in the way of this one."""
        if self._in_head:
            return self.cycle is None or self.cycle.response_complete
        if self.cycle is None or self.cycle.response_complete:
            return False
        return not self.pipeline and not self.cycle.response_started

    def shutdown(self) -> None:
        """The worker is to end: answer what is in hand, and what a fresh connection still asks.

        uvicorn closes a connection without a request at once. One that it has just taken belongs to
        a client whose request is on its way, and whom another worker would have answered.
        """
        if self.cycle is not None:
            super().shutdown()
            return
        self._ending = True
        self.loop.call_later(FIRST_REQUEST_SECONDS, self._close_unasked)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._pending_bytes = 0
        super().on_headers_complete()
        if self.cycle is not None and (self._ending or self._draining.begun):
            self.cycle.keep_alive = False

    def _close_unasked(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()

    # Such bytes never reach the application, so its error handlers cannot answer them.
    def send_400_response(self, msg: str) -> None:
        self._respond(HTTPStatus.BAD_REQUEST, msg)

    def _respond(self, status: int, detail: str) -> None:
        body = json.dumps(error_body(self.url.decode("latin-1"), status, detail)).encode()
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
            "content-type: application/json\r\n"
            f"content-length: {len(body)}\r\n"
            f"x-request-id: {uuid.uuid4().hex}\r\n"
            "x-content-type-options: nosniff\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def close_longest_silent(connections: Iterable[object]) -> bool:
    """Close connections that have waited longest for their clients; whether there were any."""
    waiting = [each for each in connections if isinstance(each, HttpProtocol) and each.is_silent]
    for each in nsmallest(CLOSED_AT_ONCE, waiting, key=lambda each: each.awaited_since):
        each.transport.close()
    return bool(waiting)

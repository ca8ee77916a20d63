"""HTTP/1.1 as uvicorn speaks it, with the service's limits and error shape."""

import json
import uuid
from asyncio import Transport
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gpt2_service.boot import settings_or_exit
from gpt2_service.errors import HeadersTooLargeError, RequestError, TargetTooLongError

# What a connection that was just taken has for its first request once the worker is to end.
FIRST_REQUEST_SECONDS = 1.0
# Of a body that nobody wants, what is still read so that its sender hears the answer.
UNWANTED_BYTES = 16_777_216
# Method, version and line ends of a request line.
REQUEST_LINE_BYTES = 64


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with the service's error shape, and no connection dropped unheard.

    And with limits: httptools waits for the end of a head, of trailers or of a chunk's extensions
    without one, and uvicorn reads a refused body to its end.
    """

    url = b""
    _ending = False
    _in_head = False
    # What came since the parser last made something of it.
    _pending_bytes = 0
    _unwanted_bytes = 0

    def __init__(
        self,
        *args: Any,
        closed: Callable[[], None],
        worker_ends: Callable[[], bool],
        **kwargs: Any,
    ) -> None:
        """Make the protocol of one connection.

        `closed` is called when that is gone; `worker_ends` says whether uvicorn has told its
        connections to end, or is about to.
        """
        super().__init__(*args, **kwargs)
        self._closed = closed
        self._worker_ends = worker_ends
        self._limit_bytes = settings_or_exit().max_header_bytes

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._worker_ends():
            # It was accepted before, but uvicorn may not have known of it.
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._closed()

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

    def on_body(self, body: bytes) -> None:
        self._pending_bytes = 0
        if self.cycle.response_complete:
            self._unwanted_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._pending_bytes = 0
        super().on_message_complete()

    def _refuse(self, error: RequestError) -> None:
        """Answer for the application, which waits for the rest of a head, and hang up."""
        self.logger.warning("Request given up: %s.", error)
        if self._in_head and (self.cycle is None or self.cycle.response_complete):
            self._respond(error.status, str(error))
        else:
            # Beside another answer there is no room for this one.
            self.transport.close()

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
        if self._ending and self.cycle is not None:
            self.cycle.keep_alive = False

    def _close_unasked(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()

    # Such bytes never reach the application, so its error handlers cannot answer them.
    def send_400_response(self, msg: str) -> None:
        self._respond(HTTPStatus.BAD_REQUEST, msg)

    def _respond(self, status: int, detail: str) -> None:
        body = json.dumps({"detail": detail}).encode()
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
            "content-type: application/json\r\n"
            f"content-length: {len(body)}\r\n"
            f"x-request-id: {uuid.uuid4().hex}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

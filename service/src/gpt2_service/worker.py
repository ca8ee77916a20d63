"""The gunicorn worker: uvicorn, with what gunicorn's configuration cannot say."""

import json
import os
import signal
import uuid
from http import HTTPStatus
from types import FrameType
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

from gpt2_service.boot import settings_or_exit
from gpt2_service.errors import HeadersTooLargeError, RequestError, TargetTooLongError

# How often a worker tells gunicorn that it lives, and looks whether gunicorn does.
NOTIFY_SECONDS = 1
# Between uvicorn giving up on a request and gunicorn killing the worker.
MARGIN_SECONDS = 2
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limit_bytes = settings_or_exit().max_header_bytes

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


class Worker(UvicornWorker):
    """A uvicorn worker that ends by itself: in time, when told to quit, and as an orphan."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": HttpProtocol,
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grace = self.cfg.graceful_timeout
        self.config.timeout_graceful_shutdown = max(1, grace - MARGIN_SECONDS)
        self.config.timeout_notify = NOTIFY_SECONDS

    def handle_exit(self, _signal: int, _frame: FrameType | None) -> None:
        """SIGQUIT. The base class notes it where uvicorn does not look; SIGTERM uvicorn knows."""
        signal.raise_signal(signal.SIGTERM)

    async def callback_notify(self) -> None:
        self.notify()
        # Without a master nobody would ever stop this worker, and it would keep the port.
        if os.getppid() != self.ppid:
            signal.raise_signal(signal.SIGTERM)

"""The gunicorn worker: uvicorn, with what gunicorn's configuration cannot say."""

import json
import os
import signal
import uuid
from types import FrameType
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

# How often a worker tells gunicorn that it lives, and looks whether gunicorn does.
NOTIFY_SECONDS = 1
# Between uvicorn giving up on a request and gunicorn killing the worker.
MARGIN_SECONDS = 2
# What a connection that was just taken has for its first request once the worker is to end.
FIRST_REQUEST_SECONDS = 1.0


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with the service's error shape, and no connection dropped unheard."""

    _ending = False

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
        super().on_headers_complete()
        if self._ending and self.cycle is not None:
            self.cycle.keep_alive = False

    def _close_unasked(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()

    # Such bytes never reach the application, so its error handlers cannot answer them.
    def send_400_response(self, msg: str) -> None:
        body = json.dumps({"detail": msg}).encode()
        head = (
            "HTTP/1.1 400 Bad Request\r\n"
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

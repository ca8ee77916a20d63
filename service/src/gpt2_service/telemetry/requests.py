"""What happens to every request: its id, its line in the log, and a 500 when all else fails."""

import asyncio
import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gpt2_service.error_bodies import error_response
from gpt2_service.errors import (
    InternalError,
    RequestError,
    ServiceStoppingError,
)
from gpt2_service.telemetry.logs import request_id
from gpt2_service.telemetry.metrics import Metrics

log = logging.getLogger(__name__)

REQUEST_ID_HEADER = "X-Request-ID"
REQUEST_ID_PATTERN = "^[A-Za-z0-9._-]{1,64}$"


class RequestTelemetry:
    """The outermost ASGI layer.

    Takes the client's request id over when it is well-formed, or makes one; answers HEAD as GET
    without the body (RFC 9110, section 9.3.2); logs and counts every request with its duration;
    turns an exception that nobody expected into a 500 that leaks no internals, and the end
    of the grace period into a 503.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._metrics)
        token = request_id.set(exchange.id)
        try:
            await self._app(exchange.inner, receive, exchange.send)
        except ClientDisconnect:
            log.info("client disconnected before its request was complete")
        except asyncio.CancelledError:
            # The server cancels what is left at the end of the grace period, then ends.
            log.warning("stopped before the response was sent")
            await exchange.fail(ServiceStoppingError())
        except Exception:
            log.exception("unexpected error")
            await exchange.fail(InternalError())
        finally:
            exchange.end()
            request_id.reset(token)


class _Exchange:
    """One request and its response."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, metrics: Metrics) -> None:
        given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        self.id = given if re.fullmatch(REQUEST_ID_PATTERN[1:-1], given) else uuid.uuid4().hex
        self._scope = scope
        self._receive = receive
        self._send = send
        self._metrics = metrics
        self._ended = False
        self.status: int | None = None
        self._started = time.perf_counter()
        #: What the application sees; the router notes in it which route it took.
        self.inner = scope if scope["method"] != "HEAD" else {**scope, "method": "GET"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID_HEADER] = self.id
            # What users wrote comes back: no browser may take it for a page or a script.
            headers["X-Content-Type-Options"] = "nosniff"
        elif self._scope["method"] == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        if message["type"] == "http.response.body" and not message.get("more_body"):
            # Before the client can know: what it has seen answered is counted, whoever is asked
            # next and whatever becomes of this process.
            self.end()
        await self._send(message)

    async def fail(self, error: RequestError) -> None:
        if self.status is not None:
            raise RuntimeError("the response failed after its start")
        response = error_response(error, self._scope["path"])
        await response(self._scope, self._receive, self.send)

    def end(self) -> None:
        """Log and count the request, once."""
        if self._ended:
            return
        self._ended = True
        method, seconds = self._scope["method"], time.perf_counter() - self._started
        fields = {
            "method": method,
            "path": self._scope["path"],
            "status": self.status,
            "duration_ms": round(seconds * 1000, 3),
        }
        if client := self._scope.get("client"):
            fields["client"] = client[0]
        if label := self.inner.get("state", {}).get("key_label"):
            fields["key_label"] = label
        log.info("request", extra={"fields": fields})
        route = getattr(self.inner.get("route"), "path", None)
        self._metrics.request(method, route, self.status, seconds)

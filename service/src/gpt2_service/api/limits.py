"""How much of a request is read before it is refused.

uvicorn itself reads heads of any size with httptools (a head of 10 MB got 200); with h11 it stops
at some 64 KiB, with a 400 of its own and on a slower parser. So the size is asked here, once a head
is complete, and `gpt2_service.http_protocol` gives up on heads that never are.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from gpt2_service.error_bodies import error_response
from gpt2_service.errors import HeadersTooLargeError, RequestError, TargetTooLongError

# ": " and CRLF.
FIELD_OVERHEAD_BYTES = 4


class HeadLimit:
    """An ASGI layer: answers 414 to a target and 431 to header fields over `limit_bytes`."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = self._refusal(scope) if scope["type"] == "http" else None
        app = self._app if error is None else error_response(error, scope["path"])
        await app(scope, receive, send)

    def _refusal(self, scope: Scope) -> RequestError | None:
        target = len(scope["raw_path"]) + len(scope["query_string"])
        if target > self._limit_bytes:
            return TargetTooLongError(self._limit_bytes)
        fields = sum(
            len(name) + len(value) + FIELD_OVERHEAD_BYTES for name, value in scope["headers"]
        )
        return HeadersTooLargeError(self._limit_bytes) if fields > self._limit_bytes else None

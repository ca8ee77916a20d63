"""Every request of the fuzzing, one by one, on its way from that process into the journal."""

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any

from boxproof.endpoint import Endpoint
from boxproof.journal import Body, Journal
from boxproof.journal.entries import Requested

#: What the bodies of one fuzz run may take up in the journal, so that a service with large answers
#: does not fill a disk: of those beyond, size and digest are kept.
KEPT_BYTES = 64 * 1024 * 1024


def exchange_out(entry: Requested) -> dict[str, Any]:
    """An exchange as JSON; ``began`` is on ``time.monotonic``, which all processes share."""
    return {
        "method": entry.method,
        "url": entry.url,
        "began": entry.began,
        "request_headers": entry.request_headers,
        "sent": _body_out(entry.sent),
        "seconds": entry.seconds,
        "status": entry.status,
        "error": entry.error,
        "headers": entry.headers,
        "body": _body_out(entry.body),
        "cut": entry.cut,
    }


class ExchangeRecorder:
    """Puts what the fuzzing process tells into the journal, as every other exchange stands there.

    Values of the endpoint's credentials are replaced by the names of their variables.
    """

    def __init__(
        self, journal: Journal, endpoint: Endpoint, *, kept_bytes: int = KEPT_BYTES
    ) -> None:
        self._journal = journal
        self._left_bytes = kept_bytes
        journal.hide(*endpoint.secrets)

    def take(self, told: Mapping[str, Any]) -> None:
        """Write one exchange, from what :func:`exchange_out` made of it."""
        ago = time.monotonic() - told["began"]
        seconds = told["seconds"]
        self._journal.write(
            Requested(
                method=told["method"],
                url=told["url"],
                began=round(self._journal.now() - ago, 6),
                request_headers=_headers_in(told["request_headers"]),
                sent=self._kept(told["sent"]),
                seconds=None if seconds is None else round(seconds, 6),
                status=told["status"],
                error=told["error"],
                headers=_headers_in(told["headers"]),
                body=self._kept(told["body"]),
                cut=told["cut"],
            )
        )

    def _kept(self, told: str | None) -> Body | None:
        if told is None:
            return None
        content = base64.b64decode(told)
        if len(content) > self._left_bytes:
            return Body(None, len(content), hashlib.sha256(content).hexdigest())
        self._left_bytes -= len(content)
        return Body.of(content)


def _body_out(body: Body | None) -> str | None:
    if body is None or body.content is None:
        return None
    return base64.b64encode(body.content).decode("ascii")


def _headers_in(told: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in told)

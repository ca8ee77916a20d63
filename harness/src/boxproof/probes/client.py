"""Plain HTTP to the service, every exchange in the journal."""

import json as jsonlib
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from boxproof.core.breaches import Breach, NoAnswer
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal

EXCERPT_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer and the request that it belongs to; ``seconds`` is the whole exchange."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    sent: str = ""

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            Breach: the body is no JSON.
        """
        try:
            return jsonlib.loads(self.body)
        except ValueError as error:
            raise Breach(
                f"{self} carried a body that is no JSON: {error}", self.evidence()
            ) from None

    def evidence(self) -> tuple[str, ...]:
        """The exchange as lines that a person can read and repeat."""
        text = self.body[:EXCERPT_CHARACTERS].decode("utf-8", "replace")
        return (curl(self.method, self.url, self.sent), f"→ {self.status} {text}")

    def __str__(self) -> str:
        return f"{self.method} {self.url} → {self.status}"


@dataclass
class Client:
    """Sends requests to one deployment, whose endpoint is asked for again each time.

    Every request is a connection of its own, so that no answer depends on an earlier one.
    """

    endpoint: Callable[[], Endpoint]
    journal: Journal

    def get(self, path: str, **options: Any) -> Answer:
        """Send a GET; see :meth:`request`."""
        return self.request("GET", path, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str | int] | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        """Send one request and return its answer, whatever the status.

        Raises:
            NoAnswer: refused, reset, or no answer within ``timeout_seconds``, by default the
                endpoint's own limit.
        """
        endpoint = self.endpoint()
        url = endpoint.at(path, params)
        sent = "" if json is None else jsonlib.dumps(json)
        began = self.journal.now()
        try:
            response = requests.request(
                method,
                url,
                data=sent.encode() or None,
                headers={
                    **dict(endpoint.headers),
                    **({"Content-Type": "application/json"} if sent else {}),
                    "Connection": "close",
                },
                timeout=timeout_seconds or endpoint.limits.seconds,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            reason = _reason(error)
            self.journal.write(
                "request", method=method, url=url, sent=sent, began=began, error=reason
            )
            raise NoAnswer(
                f"{method} {url} got no answer: {reason}",
                (curl(method, url, sent),),
                timed_out=isinstance(error, requests.Timeout),
            ) from None
        seconds = self.journal.now() - began
        answer = Answer(
            method, url, response.status_code, response.headers, response.content, seconds, sent
        )
        self.journal.write(
            "request",
            method=method,
            url=url,
            sent=sent,
            began=began,
            status=answer.status,
            seconds=round(seconds, 6),
            body=answer.body[:EXCERPT_CHARACTERS].decode("utf-8", "replace"),
        )
        return answer


def curl(method: str, url: str, sent: str = "") -> str:
    """The request as a curl command that works as printed."""
    parts = ["curl", "-sS", "-i"]
    if method != "GET":
        parts += ["-X", method]
    parts.append(shlex.quote(url))
    if sent:
        parts += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(sent)]
    return " ".join(parts)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "timed out"
    text = str(error)
    for mark in ("Connection refused", "Connection reset", "closed connection without response"):
        if mark in text:
            return mark.lower()
    return text.splitlines()[0] if text else type(error).__name__

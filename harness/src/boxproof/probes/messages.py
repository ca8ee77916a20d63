"""Requests and answers, and how both are shown; values of credentials never are."""

import json as jsonlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from boxproof.config.operations import ValidRequest
from boxproof.core.breaches import UnusableAnswer
from boxproof.endpoint import Endpoint
from boxproof.probes.curl import EMPTY_BODY, curl_line
from boxproof.probes.payload import Payload

EXCERPT_CHARACTERS = 400
USER_AGENT = "boxproof"


class NotJson(UnusableAnswer, ValueError):
    """An answer whose body is not JSON."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a path below an endpoint.

    Attributes:
        payload: its body; None where it has none.
        headers: beside those of the endpoint and of the payload.
        valid: the request of ``boxproof.toml`` that it was made from; None for any other, whose
            answer is a success with 200.
    """

    method: str
    endpoint: Endpoint
    path: str
    payload: Payload | None = None
    headers: tuple[tuple[str, str], ...] = ()
    valid: ValidRequest | None = None

    @property
    def url(self) -> str:
        """Where it goes."""
        return self.endpoint.at(self.path)

    @property
    def content(self) -> bytes:
        """The body as it is sent; empty where there is none."""
        return b"" if self.payload is None else self.payload.content

    def own_headers(self) -> tuple[tuple[str, str], ...]:
        """Its headers and the endpoint's, each name once, without credentials and its length."""
        fields = _by_name((*self.endpoint.headers, *self.headers))
        if self.payload is not None and self.payload.media_type:
            fields.setdefault("content-type", ("Content-Type", self.payload.media_type))
        credentials = self.endpoint.credentials
        secret = {each.name.lower() for each in credentials if not each.in_query}
        return tuple(field for name, field in fields.items() if name not in secret)

    def head(self, *, expect: bool = False) -> bytes:
        """Its head as it is sent; ``expect`` asks whether the body may follow."""
        fields = [("User-Agent", USER_AGENT), ("Accept", "*/*")]
        fields += [*self.endpoint.every_header().items(), *self.own_headers()]
        if self.content or self.method in EMPTY_BODY:
            fields.append(("Content-Length", str(len(self.content))))
        if self.content and expect:
            fields.append(("Expect", "100-continue"))
        target = self.endpoint.target(self.url)
        return head(self.method, self.endpoint, target, _by_name(fields).values())

    def curl(self) -> str:
        """It as a shell command that works as printed."""
        return curl_line(
            self.method,
            self.url,
            self.own_headers(),
            self.content or None,
            credentials=self.endpoint.credentials,
            tls=self.endpoint.tls,
            implied=frozenset(),
        )

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer and the request that it belongs to.

    Attributes:
        seconds: the whole exchange.
        cut: the body went on beyond the endpoint's limit, and ``body`` is its beginning.
    """

    request: Request
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    cut: bool = False

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            NotJson: it is something else, or longer than the endpoint's limit.
        """
        if self.cut:
            raise NotJson(f"{self} carried more than {len(self.body)} bytes", self.evidence())
        try:
            return jsonlib.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise NotJson(
                f"{self} carried a body that is not JSON: {error}", self.evidence()
            ) from None

    def target(self, url: str) -> str:
        """The path and query of a URL that it names; whatever host the service thinks it has.

        Raises:
            UnusableAnswer: it is not a URL.
        """
        try:
            return self.request.endpoint.below(urljoin(self.request.url, url))
        except ValueError:
            raise UnusableAnswer(f"{url!r} is not a valid URL", self.evidence()) from None

    def evidence(self) -> tuple[str, ...]:
        """The exchange as lines that a person can read and repeat."""
        cut = f" (cut after {len(self.body)} bytes)" if self.cut else ""
        text = excerpt(self.body, self.request.endpoint)
        return (self.request.curl(), f"→ {self.status} {text}{cut}")

    def __str__(self) -> str:
        return f"{self.request} → {self.status}"


def _by_name(fields: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Headers by their names in lower case, of those of one name the last."""
    return {name.lower(): (name, value) for name, value in fields}


def excerpt(body: bytes, endpoint: Endpoint) -> str:
    """The beginning of a body, for a person, without secrets."""
    # Cut afterwards: nobody would find a part of one.
    return endpoint.redacted(body.decode("utf-8", "replace"))[:EXCERPT_CHARACTERS]


def head(
    method: str, endpoint: Endpoint, target: str, fields: Iterable[tuple[str, str | bytes]]
) -> bytes:
    """The head of a request whose connection carries nothing else.

    Fields that say how it is carried are added where ``fields`` lacks them.
    """
    lines = [f"{method} {target} HTTP/1.1".encode("latin-1")]
    named = list(fields)
    known = {name.lower() for name, _ in named}
    carried = {"Host": endpoint.host, "Accept-Encoding": "identity", "Connection": "close"}
    named[:0] = [(name, value) for name, value in carried.items() if name.lower() not in known]
    for name, value in named:
        lines.append(name.encode("latin-1") + b": " + _wire(value))
    return b"\r\n".join([*lines, b"", b""])


def _wire(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")

"""Which pages of other sites a browser lets read the service's answers (CORS)."""

from collections.abc import Iterator
from dataclasses import replace

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, require
from boxproof.core.verdicts import Level
from boxproof.probes.messages import Request
from boxproof.probes.work import Work

#: Nobody's site (RFC 6761, 6.4), and what a browser calls a sandboxed page.
FOREIGN = ("https://boxproof.invalid", "null")
#: Some libraries let an origin in by its name only where a cookie comes along.
COOKIE = ("Cookie", "boxproof=1")


@clause(
    "hygiene.origins-not-reflected",
    Level.MUST,
    "The service MUST NOT let pages of any origin whatever send a user's credentials: it never "
    "answers a foreign Origin with that origin in Access-Control-Allow-Origin and with "
    "Access-Control-Allow-Credentials.",
)
def origins_not_reflected(work: Work, config: Config) -> None:
    """Fetch, 3.2.5 (CORS protocol and credentials): a wildcard must not stand for them, either."""
    for origin in FOREIGN:
        for request in _requests(work, config, origin):
            try:
                answer = work.client.send(request)
            except NoAnswer:
                continue
            allowed = answer.headers.get("Access-Control-Allow-Origin")
            credentials = answer.headers.get("Access-Control-Allow-Credentials")
            require(
                not (allowed == origin and credentials == "true"),
                f"pages of {origin} may send a user's credentials, as of every other origin",
                answer.evidence(),
            )


def _requests(work: Work, config: Config, origin: str) -> Iterator[Request]:
    """A page's look at the health path, and a browser's question before it sends work."""
    endpoint = work.client.endpoint()
    own = [("Origin", origin)] + ([] if endpoint.credentials else [COOKIE])
    yield Request("GET", endpoint, config.health.path, headers=tuple(own))
    valid = work.request()
    asked = [
        ("Origin", origin),
        ("Access-Control-Request-Method", valid.method),
        ("Access-Control-Request-Headers", "content-type"),
    ]
    yield replace(valid, method="OPTIONS", payload=None, headers=tuple(asked))

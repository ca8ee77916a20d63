"""A service that runs already, at an address of its own, and that others may use, too.

Nothing is booted, stopped or harmed. What is sent is what reads, unless writing is allowed, and
never more than a quota: so many requests a second, so many in all.
"""

import hashlib
import os
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.errors import ConfigError
from boxproof.core.request_quota import RequestQuota
from boxproof.endpoint import Endpoint, Tls
from boxproof.journal import Journal
from boxproof.probes.exchange import send
from boxproof.probes.messages import Request
from boxproof.probes.start_watch import Startup
from boxproof.targets.abilities import provide
from boxproof.targets.base import A, Exit, Host, Variant
from boxproof.targets.endpoints import endpoint_at
from boxproof.targets.run_lock import Run

__all__ = ["Site", "UrlDeployment", "UrlTarget"]

NAME = "url"
QUOTA_NAME = "quota"
#: What OpenSSL says of a certificate that nobody vouches for, and not of one for another name.
UNTRUSTED = re.compile(r"self.signed certificate|unable to get (local )?issuer certificate")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a service runs already.

    Attributes:
        url: with the path below which everything lies, if any.
        writes: whether it may be sent work and records.
    """

    url: str
    writes: bool = False


class UrlDeployment:
    """The service at the address; it has no ability beyond HTTP."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    @property
    def endpoint(self) -> Endpoint:
        """Where it answers."""
        return self._endpoint

    @property
    def startup(self) -> Startup:
        """Nothing: it ran before; see :class:`Deployment`."""
        raise NotJudged("the service ran before, and nobody saw it start")

    def ability(self, wanted: type[A]) -> A:
        """Itself as one of its abilities; see :class:`Deployment`."""
        return provide(self, wanted, NAME)

    def close(self) -> None:
        """Leave it as it is."""


class UrlTarget:
    """The one service at an address; safe to share between threads.

    Raises:
        ConfigError: the address or the CA file cannot be used.
    """

    name = NAME

    def __init__(
        self, config: Config, journal: Journal, run: Run, say: Callable[[str], None], site: Site
    ) -> None:
        self.neighbours: tuple[str, ...] = ()
        self.effects = frozenset({Effect.READS, Effect.WRITES} if site.writes else {Effect.READS})
        self._health = config.health.path
        self._journal = journal
        self._say = say
        given = config.url
        self._quota = RequestQuota(
            run.folder / QUOTA_NAME, given.requests_per_second, given.max_requests, site.writes
        )
        self._quota.open()
        self._closed = False
        try:
            self._endpoint = endpoint_at(
                site.url, config, tls=Tls(_ca_file(config)), quota=self._quota
            )
        except ValueError as error:
            raise ConfigError(f"--url: {error}") from None

    def offers(self, wanted: type) -> bool:
        """Whether a service that runs already has an ability."""
        return issubclass(UrlDeployment, wanted)

    def prepare(self) -> None:
        """Say what will be sent, before any of it is."""
        self._say(f"{self._endpoint.url}: sending {self._quota}")

    def host(self) -> Host:
        """The service's machine, as far as its address tells."""
        address = urlsplit(self._endpoint.url).netloc.lower()
        return Host(f"url-{hashlib.sha256(address.encode()).hexdigest()[:16]}", os.cpu_count() or 1)

    def facts(self) -> dict[str, str]:
        """What a report says of it."""
        return {"url": self._endpoint.url, "sends": str(self._quota)}

    def boot(self, variant: Variant) -> UrlDeployment:
        """See that it answers, whatever it says; nothing is booted.

        Raises:
            ConfigError: it does not answer.
            NotJudged: it is wanted otherwise than it runs.
        """
        if variant != Variant():
            raise _cannot_boot(variant)
        seen = send(Request("GET", self._endpoint, self._health), self._journal)
        if seen.status is None:
            hint = "; [url] ca_file names whom to trust" if UNTRUSTED.search(seen.error) else ""
            raise ConfigError(f"--url: {seen.request.url} does not answer: {seen.error}{hint}")
        return UrlDeployment(self._endpoint)

    def boot_to_exit(self, variant: Variant) -> Exit | None:
        """Nothing; see :class:`Target`.

        Raises:
            NotJudged: always.
        """
        raise _cannot_boot(variant)

    def close(self) -> None:
        """Leave it as it is, and say how much it was sent."""
        if not self._closed:
            self._closed = True
            self._say(f"requests sent: {self._quota.sent()}")


def _cannot_boot(variant: Variant) -> NotJudged:
    otherwise = f" ({variant.label})" if variant.label else ""
    return NotJudged(f"the {NAME} target cannot boot the service{otherwise}")


def _ca_file(config: Config) -> Path | None:
    """Whom to trust; None for the system's own certificates."""
    if not config.url.ca_file:
        return None
    file = config.root / config.url.ca_file
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigError(
            f"{config.file}: [url] ca_file: {str(file)!r} holds no PEM certificates: {why}"
        ) from None
    return file

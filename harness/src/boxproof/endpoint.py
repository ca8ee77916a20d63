"""Where and how a service is reached; whatever is sent to it is sent through one endpoint.

An endpoint takes nothing from the environment: proxies, ``.netrc`` and certificate variables of the
machine never apply to the service, and a redirect is an answer like any other.
"""

import re
import shlex
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

from boxproof.config.values import HEADER
from boxproof.core.redaction import Hidden, Redaction, base64_of
from boxproof.core.request_quota import RequestQuota

#: Everything that RFC 3986 lets stand in a path and a query, and escapes that are there already.
TARGET_CHARACTERS = "/?:@!$&'()*+,;=-._~%"
#: All that a URL can hold (RFC 3986, 2); an international name stands in it as ``xn--``.
URL = re.compile(r"[!-~]+")
DEFAULT_PORTS = {"http": 80, "https": 443}


class Secret:
    """A value that is sent and never shown: its text, its repr and its JSON are ``…``."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value, for whoever puts it on the wire."""
        return self._value

    def __repr__(self) -> str:
        return "…"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class Credential:
    """A header, or a query parameter, whose value is a secret.

    What is printed names the variable or file that holds it.

    Attributes:
        name: such as ``Authorization``.
        variable: the environment variable that a person has the value in; empty where it is a file.
        value: the variable's value.
        prefix: what stands before the value, such as ``"Bearer "``.
        file: the file that a person has the value in.
        user: with a name, the value is that user's password (RFC 7617): both are sent as base64.
        in_query: whether it is a query parameter.
    """

    name: str
    variable: str
    value: Secret
    prefix: str = ""
    file: str = ""
    user: str = ""
    in_query: bool = False

    def reveal(self) -> str:
        """The whole value, for whoever puts it on the wire."""
        value = self.value.reveal()
        return self.prefix + (base64_of(f"{self.user}:{value}") if self.user else value)

    @property
    def shown(self) -> str:
        """What a shell makes the secret of: ``$VARIABLE`` or ``$(cat FILE)``."""
        return f"$(cat {shlex.quote(self.file)})" if self.file else f"${self.variable}"

    @property
    def shell(self) -> str:
        """What a shell makes the whole value of, between double quotes."""
        prefix = _doubled(self.prefix)
        if not self.user:
            return prefix + self.shown
        pair = f'"{_doubled(self.user)}:{self.shown}"'
        return f"{prefix}$(printf %s {pair} | base64 -w0)"

    def left_out(self, url: str) -> str:
        """A URL without this credential in its query."""
        if not self.in_query:
            return url
        path, _, query = url.partition("?")
        sent = (self.name, self.reveal())
        pairs = [each.partition("=") for each in query.split("&")]
        kept = [
            name + equals + value
            for name, equals, value in pairs
            if (unquote_plus(name), unquote_plus(value)) != sent
        ]
        return path + (f"?{'&'.join(kept)}" if any(kept) else "")

    @property
    def hidden(self) -> Hidden:
        """What is kept out of whatever is shown."""
        return Hidden(self.value.reveal(), self.shown, self.user)


@dataclass(frozen=True, slots=True)
class Tls:
    """How an ``https`` endpoint proves who it is.

    Attributes:
        ca_file: whom to trust, in PEM; the system's own certificates where it is None.
        verify: False trusts anybody.
        server_name: the name that the certificate is for, where the URL does not say it.
    """

    ca_file: Path | None = None
    verify: bool = True
    server_name: str = ""


SYSTEM_TRUST = Tls()


@dataclass(frozen=True, slots=True)
class ExchangeLimits:
    """What one request may take, from the connection to the answer's last byte.

    Attributes:
        seconds: for all of it, however steadily the answer drips.
        body_bytes: of the answer's body; what is beyond is not read, and the answer says so.
    """

    seconds: float = 30.0
    body_bytes: int = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of a service and all that a request to it needs.

    Attributes:
        url: such as ``http://127.0.0.1:32768``, with a path below which everything lies or none.
        headers: sent with every request.
        query: parameters that are sent with every request.
        credentials: sent with every request, shown nowhere.
        hidden: secrets that are not sent and shown nowhere either: another user's.
        quota: what may be sent, to a service that others use, too; without one, anything.

    Raises:
        ValueError: the URL cannot be used, or holds a password, which would be shown.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    credentials: tuple[Credential, ...] = ()
    query: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)
    hidden: tuple[Hidden, ...] = field(default=(), repr=False, kw_only=True)
    tls: Tls = SYSTEM_TRUST
    limits: ExchangeLimits = ExchangeLimits()
    quota: RequestQuota | None = None

    def __post_init__(self) -> None:
        _check(self.url)
        in_headers = [each for each in self.credentials if not each.in_query]
        named = [*self.headers, *((each.name, each.prefix) for each in in_headers)]
        for name, value in named:
            if not HEADER.fullmatch(f"{name}:{value}"):
                raise ValueError(f"{name!r} is not a valid header")
        for each in in_headers:
            if not HEADER.fullmatch(f"{each.name}:{each.reveal()}"):
                raise ValueError(f"the value of {each.shown} cannot be sent in a header")

    @property
    def address(self) -> tuple[str, int]:
        """The host and port that a connection goes to."""
        parts = urlsplit(self.url)
        port = DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
        return parts.hostname or "", port

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS is spoken."""
        return urlsplit(self.url).scheme == "https"

    @property
    def host(self) -> str:
        """The value of the ``Host`` header."""
        return urlsplit(self.url).netloc

    def at(self, path: str) -> str:
        """The URL of a path and its query, percent-encoded where it is not."""
        url = self.url.rstrip("/") + quote(path, safe=TARGET_CHARACTERS, errors="surrogatepass")
        return _with_query(url, self.query)

    def below(self, url: str) -> str:
        """What :meth:`at` makes a URL of: its path below the endpoint's, and its query."""
        for each in self.credentials:
            # A service that repeats a request's query in its links repeats the secret.
            url = each.left_out(url)
        parts = urlsplit(url)
        path = parts.path.removeprefix(urlsplit(self.url).path.rstrip("/"))
        return path + (f"?{parts.query}" if parts.query else "")

    def every_header(self) -> dict[str, str]:
        """The headers with those of the credentials, for whoever puts them on the wire."""
        secret = {each.name: each.reveal() for each in self.credentials if not each.in_query}
        return {**dict(self.headers), **secret}

    def secret_query(self) -> dict[str, str]:
        """The query parameters of the credentials, for whoever puts them on the wire."""
        return {each.name: each.reveal() for each in self.credentials if each.in_query}

    def target(self, url: str) -> str:
        """What a request line names of a URL, the credentials' query parameters with it."""
        return target_of(_with_query(url, tuple(self.secret_query().items())))

    def through(self, address: str) -> Self:
        """The same service behind another address, such as a proxy of ours.

        Args:
            address: ``HOST:PORT``.
        """
        parts = urlsplit(self.url)
        name = self.tls.server_name or parts.hostname or ""
        url = f"{parts.scheme}://{address}{parts.path}"
        return replace(self, url=url, tls=replace(self.tls, server_name=name))

    def within(self, seconds: float) -> Self:
        """The same, with another time limit for each request."""
        return replace(self, limits=replace(self.limits, seconds=seconds))

    def redacted(self, text: str) -> str:
        """``text`` with each secret named by where it is kept, for whatever is shown or kept."""
        return _redaction(self.secrets).text(text)

    @property
    def secrets(self) -> tuple[Hidden, ...]:
        """What is shown nowhere."""
        return (*(each.hidden for each in self.credentials), *self.hidden)


def _check(url: str) -> None:
    """See that a URL can be used, and holds nothing that must not be shown.

    Raises:
        ValueError: it cannot, or does.
    """
    try:
        parts = urlsplit(url)
        # 0 is the port of a container that has ended: nobody listens there.
        usable = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        usable = False
    if not usable or not URL.fullmatch(url):
        # What stands before an @ may be a password.
        raise ValueError(f"{url.rpartition('@')[2]!r} is not a valid http or https URL")
    if parts.username is not None:
        raise ValueError("a URL must not hold a user name or password, which would be shown")
    if parts.query or parts.fragment:
        raise ValueError(f"{url!r} must end with its path")


@cache
def _redaction(secrets: tuple[Hidden, ...]) -> Redaction:
    return Redaction(secrets)


def _doubled(text: str) -> str:
    """A text as it stands between a shell's double quotes."""
    return re.sub(r'([\\"$`])', r"\\\1", text)


def _with_query(url: str, parameters: tuple[tuple[str, str], ...]) -> str:
    if not parameters:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"


def target_of(url: str) -> str:
    """What a request line names of a URL: its path and its query."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

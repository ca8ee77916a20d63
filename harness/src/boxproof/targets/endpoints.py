"""The endpoint of a deployment: its address, and what ``boxproof.toml`` says of every request."""

import os
import re
from functools import cache
from pathlib import Path

from boxproof.config.options import Config, SecretSource
from boxproof.config.options import Credential as Settings
from boxproof.core.errors import ConfigError
from boxproof.core.redaction import Hidden
from boxproof.core.request_quota import RequestQuota
from boxproof.endpoint import SYSTEM_TRUST, Credential, Endpoint, ExchangeLimits, Secret, Tls

#: A shorter one would be taken out of texts that have nothing to do with it.
LEAST_CHARACTERS = 8
COOKIE_VALUE = re.compile(r'[^\s",;\\]*')
AUTHORIZATION = "Authorization"


def endpoint_at(
    url: str, config: Config, *, tls: Tls = SYSTEM_TRUST, quota: RequestQuota | None = None
) -> Endpoint:
    """The endpoint at a URL, with the credential and limits of ``boxproof.toml``.

    Raises:
        ConfigError: the credential's value cannot be had.
        ValueError: the URL cannot be used.
    """
    limits = ExchangeLimits(config.limits.request_seconds)
    hidden = tuple(each.hidden for each in of_another(config))
    return Endpoint(url, (), credentials(config), tls, limits, quota, hidden=hidden)


def credentials(config: Config) -> tuple[Credential, ...]:
    """What every request carries; empty where the service is open to all.

    Raises:
        ConfigError: its value cannot be had, or cannot be sent.
    """
    given = config.credential
    if given is None:
        return ()
    return (_credential(config.root, config.file, given, given.own, "credential"),)


def secrets_of(config: Config) -> tuple[Hidden, ...]:
    """What is shown nowhere.

    Raises:
        ConfigError: as :func:`credentials`.
    """
    return tuple(each.hidden for each in (*credentials(config), *of_another(config)))


def of_another(config: Config) -> tuple[Credential, ...]:
    """What the requests of another user carry; empty where ``boxproof.toml`` names none.

    Raises:
        ConfigError: as :func:`credentials`, or both users carry the same.
    """
    given = config.credential
    if given is None or given.another is None:
        return ()
    place = "credential.another"
    other = _credential(config.root, config.file, given, given.another, place)
    if other.reveal() == credentials(config)[0].reveal():
        raise ConfigError(f"{config.file}: {place}: is the same as [credential]; name another user")
    return (other,)


@cache
def _credential(
    root: Path, config_file: Path, given: Settings, source: SecretSource, place: str
) -> Credential:
    """A credential, whose value is read once: a run keeps what it began with."""
    key = "file" if source.file else "variable"
    at = f"{config_file}: {place}.{key}: {source.file or source.variable!r}"
    value = _value(root, source, at)
    problem = _problem(value, given.scheme)
    if problem:
        raise ConfigError(f"{at}: its value {problem}")
    name, prefix = {
        "bearer": (AUTHORIZATION, "Bearer "),
        "basic": (AUTHORIZATION, "Basic "),
        "header": (given.name, ""),
        "cookie": ("Cookie", f"{given.name}="),
        "query": (given.name, ""),
    }[given.scheme]
    file = str(root / source.file) if source.file else ""
    in_query = given.scheme == "query"
    return Credential(name, source.variable, Secret(value), prefix, file, source.user, in_query)


def _value(root: Path, source: SecretSource, at: str) -> str:
    if source.variable:
        value = os.environ.get(source.variable, "")
        if not value:
            raise ConfigError(f"{at} is not set, or is empty; export it with the value")
        return value
    try:
        # As `$(cat FILE)` gives it.
        return (root / source.file).read_text(encoding="utf-8").rstrip("\n")
    except UnicodeDecodeError:
        raise ConfigError(f"{at}: is not text in UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{at}: cannot be read: {reason}") from None


def _problem(value: str, scheme: str) -> str:
    """What is wrong with a secret; empty when nothing is."""
    if len(value) < LEAST_CHARACTERS:
        return f"has fewer than {LEAST_CHARACTERS} characters, too few to be kept out of a report"
    if not value.isascii() or not value.isprintable() or value != value.strip():
        return "holds a character that cannot be sent, or a blank at an end; use printable ASCII"
    if scheme == "cookie" and not COOKIE_VALUE.fullmatch(value):
        return "holds a character that no cookie can (RFC 6265, 4.1.1)"
    return ""

"""The endpoint of a deployment: its address, and what ``boxproof.toml`` says of every request."""

import os

from boxproof.config.options import Config, SecretSource
from boxproof.core.errors import ConfigError
from boxproof.core.request_quota import RequestQuota
from boxproof.endpoint import SYSTEM_TRUST, Credential, Endpoint, ExchangeLimits, Secret, Tls

#: A shorter one would be taken out of texts that have nothing to do with it.
LEAST_CHARACTERS = 4
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
    return Endpoint(url, (), credentials(config), tls, limits, quota)


def credentials(config: Config) -> tuple[Credential, ...]:
    """What every request carries; empty where the service is open to all.

    Raises:
        ConfigError: its value cannot be had, or cannot be sent.
    """
    given = config.credential
    if given is None:
        return ()
    return (_credential(config, SecretSource(given.variable, given.file), "credential"),)


def of_another(config: Config) -> tuple[Credential, ...]:
    """What the requests of another user carry; empty where ``boxproof.toml`` names none.

    Raises:
        ConfigError: as :func:`credentials`.
    """
    given = config.credential
    if given is None or given.another is None:
        return ()
    return (_credential(config, given.another, "credential.another"),)


def _credential(config: Config, source: SecretSource, place: str) -> Credential:
    assert config.credential is not None
    given = config.credential
    secret = _value(config, source, place)
    header, prefix = {
        "bearer": (AUTHORIZATION, "Bearer "),
        "basic": (AUTHORIZATION, "Basic "),
        "header": (given.name, ""),
        "cookie": ("Cookie", f"{given.name}="),
    }[given.scheme]
    file = str(config.root / source.file) if source.file else ""
    return Credential(header, source.variable, Secret(secret), prefix, file, given.user)


def _value(config: Config, source: SecretSource, place: str) -> str:
    key = "file" if source.file else "variable"
    at = f"{config.file}: {place}.{key}: {source.file or source.variable!r}"
    if source.variable:
        value = os.environ.get(source.variable, "")
        if not value:
            raise ConfigError(f"{at} is not set; export it with the credential's value")
    else:
        try:
            # As `$(cat FILE)` gives it.
            value = (config.root / source.file).read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "is not UTF-8"
            raise ConfigError(f"{at}: cannot be read: {reason}") from None
    if len(value) < LEAST_CHARACTERS:
        raise ConfigError(
            f"{at}: its value has fewer than {LEAST_CHARACTERS} characters, too few to be kept "
            "out of a report; use a longer one"
        )
    if not value.isprintable():
        raise ConfigError(f"{at}: its value holds a character that cannot be sent in a header")
    return value

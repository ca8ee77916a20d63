"""Who may use the service, where its operator hands out keys (`API_KEYS`)."""

import hashlib
import hmac
from collections.abc import Iterable

from starlette.datastructures import Headers

from gpt2_service.errors import KeyMissingError, KeyRefusedError

KEY_HEADER = "X-API-Key"


class ApiKeys:
    """The keys that open the service; none at all leave it open to everybody."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._digests = [_digest(key) for key in keys]

    def admit(self, headers: Headers) -> None:
        """Let a request in that carries one of the keys, in either header, and none that is wrong.

        Raises KeyMissingError and KeyRefusedError.
        """
        if not self._digests:
            return
        offered = _offered(headers)
        if not any(offered):
            raise KeyMissingError
        if not all(self._knows(candidate) for candidate in offered):
            raise KeyRefusedError

    def _knows(self, candidate: str) -> bool:
        # Digests are of one length, and every one is compared: the time taken tells nothing of a
        # key, nor which of them it was.
        digest = _digest(candidate)
        return sum(hmac.compare_digest(digest, known) for known in self._digests) > 0


def _offered(headers: Headers) -> list[str]:
    """Return every key that a request carries, empty ones too."""
    bearer = (value.partition(" ") for value in headers.getlist("Authorization"))
    keys = [key.strip() for scheme, _, key in bearer if scheme.lower() == "bearer"]
    return keys + headers.getlist(KEY_HEADER)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("latin-1", "replace")).digest()

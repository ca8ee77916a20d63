"""Who may use the service, where its operator hands out keys (`API_KEYS`), and who it is."""

import hashlib
import hmac
from collections.abc import Iterable

from starlette.datastructures import Headers

from gpt2_service.errors import KeyMissingError, KeyRefusedError
from gpt2_service.key_entries import ApiKey

KEY_HEADER = "X-API-Key"


class ApiKeys:
    """The keys that open the service; none at all leave it open to everybody."""

    def __init__(self, keys: Iterable[ApiKey]) -> None:
        self._known = [(_digest(each.key), each.label) for each in keys]

    @property
    def required(self) -> bool:
        """Whether nobody gets in without a key."""
        return bool(self._known)

    def admit(self, headers: Headers) -> str | None:
        """Let a request in that carries one of the keys, in either header, and none that is wrong.

        Returns the label of its key; None where there are no keys. Two keys of different labels are
        refused, for nobody could say whose the request is.

        Raises KeyMissingError and KeyRefusedError.
        """
        if not self.required:
            return None
        offered = _offered(headers)
        if not any(offered):
            raise KeyMissingError
        labels = {self._label(candidate) for candidate in offered}
        if None in labels or len(labels) > 1:
            raise KeyRefusedError
        return labels.pop()

    def _label(self, candidate: str) -> str | None:
        # Digests are of one length, and every one is compared: the time taken tells nothing of a
        # key, nor which of them it was.
        digest = _digest(candidate)
        found = [label for known, label in self._known if hmac.compare_digest(digest, known)]
        return found[0] if found else None


def _offered(headers: Headers) -> list[str]:
    """Return every key that a request carries, empty ones too."""
    bearer = (value.partition(" ") for value in headers.getlist("Authorization"))
    keys = [key.strip() for scheme, _, key in bearer if scheme.lower() == "bearer"]
    return keys + headers.getlist(KEY_HEADER)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("latin-1", "replace")).digest()

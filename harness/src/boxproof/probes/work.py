"""The service's work: the valid request of ``boxproof.toml``, as it stands or changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boxproof.config.options import ValidRequest
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import with_value
from boxproof.probes.messages import Answer, Request


@dataclass(frozen=True, slots=True)
class Work:
    """Sends one valid request to a deployment."""

    client: Client
    valid: ValidRequest

    def body(self, text: str | None = None, /, **fields: Any) -> dict[str, Any]:
        """The request's body with other top-level ``fields``, and with another text of the user's.

        Raises:
            ValueError: ``boxproof.toml`` does not say where the text stands.
        """
        body: dict[str, Any] = {**self.valid.body, **fields}
        if text is None:
            return body
        if self.valid.text is None:
            raise ValueError("it is not configured where the user's text stands in the body")
        changed: dict[str, Any] = with_value(body, self.valid.text, text)
        return changed

    def send(
        self, text: str | None = None, /, *, timeout_seconds: float | None = None, **fields: Any
    ) -> Answer:
        """Send the request, changed as :meth:`body` says; any status is returned.

        Raises:
            NoAnswer: it got none.
        """
        return self.client.request(
            self.valid.method,
            self.valid.path,
            json=self.body(text, **fields),
            timeout_seconds=timeout_seconds,
        )

    def request(self, fields: Mapping[str, Any] | None = None) -> Request:
        """The request for whoever sends it otherwise than :meth:`send`, to the present address."""
        body = self.body(**(fields or {}))
        return Request(self.valid.method, self.client.endpoint(), self.valid.path, body)

"""Plain HTTP to the service, every exchange in the journal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from boxproof.core.breaches import NoAnswer
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.exchange import send
from boxproof.probes.messages import Answer, Request
from boxproof.probes.payload import Payload


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

    def look(self, path: str) -> Answer | None:
        """The answer to a GET; None where there is none."""
        try:
            return self.get(path)
        except NoAnswer:
            return None

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str | int] | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        """Send one request and return its answer, whatever the status; a redirect is an answer.

        Raises:
            NoAnswer: refused, reset, or no complete answer within ``timeout_seconds``, by default
                the endpoint's own limit.
        """
        if params:
            path += ("&" if "?" in path else "?") + urlencode(params)
        payload = None if json is None else Payload.json(json)
        request = Request(method, self.endpoint(), path, payload)
        return self.send(request, timeout_seconds=timeout_seconds)

    def send(self, request: Request, *, timeout_seconds: float | None = None) -> Answer:
        """Send a request that was made before; as :meth:`request`.

        Raises:
            NoAnswer: as :meth:`request`.
        """
        if timeout_seconds is not None:
            request = replace(request, endpoint=request.endpoint.within(timeout_seconds))
        return send(request, self.journal).answer()

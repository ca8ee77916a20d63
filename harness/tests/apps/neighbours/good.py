"""Keeps its records in a neighbour, at the address ``NEIGHBOUR``, and bears with its absence."""

import http.client
import json
import os
from pathlib import Path
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master, log
from apps.store import Store

#: Far less than a client waits.
WAIT_SECONDS = 1.0
AWAY = (OSError, http.client.HTTPException)


class RemoteStore(Store):
    """Records in another service; a connection for each call."""

    seconds: float | None = WAIT_SECONDS

    def __init__(self, _: Path) -> None:
        self.address = os.environ["NEIGHBOUR"]

    def keep(self, record: dict[str, Any]) -> None:
        self.ask("keep", record)

    def get(self, record_id: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.ask("get", record_id)
        return found

    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("newest", limit, before)
        return found

    def ask(self, *call: Any) -> Any:
        """Have the neighbour do something."""
        connection = http.client.HTTPConnection(self.address, timeout=self.seconds)
        try:
            connection.request("POST", "/", json.dumps(call))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


class WithNeighbour(Service):
    """Refuses with 503 what cannot be done without the neighbour."""

    store_class: type[Store] = RemoteStore

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        try:
            return super().respond(method, path, query, body)
        except AWAY as error:
            log("warning", f"the neighbour is away: {error}")
            return self.away(error)

    def away(self, _error: Exception) -> Response:
        """What a client is told of it."""
        return Response(503, {"detail": "the records cannot be reached for a while"})

    def health(self) -> Response:
        self.store.get("")
        return super().health()


if __name__ == "__main__":
    Master(WithNeighbour).run()

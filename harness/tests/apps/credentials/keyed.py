"""Lets in who has one of two keys, each to its own records; ``KEYS`` has them, with a comma."""

import os
import threading
from collections.abc import Mapping
from typing import Any

from apps.good import Refused, Response, Service
from apps.prefork import Master, Settings, log

OPEN = ("/health", "/openapi.json", "/")


class Keyed(Service):
    """Who asks is known to the thread that answers; whose a record is stands in its database."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.keys = os.environ["KEYS"].split(",")
        self.now = threading.local()
        with self.store.connected() as database:
            database.execute("CREATE TABLE IF NOT EXISTS owners (id TEXT, key TEXT)")

    def kept_out(self, path: str, headers: Mapping[str, str], query: str) -> Response | None:
        self.now.key = self.key_in(headers, query)
        if path in OPEN or self.knows(self.now.key):
            return None
        log("warning", "a key that nobody has was refused")
        return self.unauthorized()

    def key_in(self, headers: Mapping[str, str], _query: str) -> str:
        return headers.get("Authorization", "").removeprefix("Bearer ")

    def knows(self, key: str) -> bool:
        return key in self.keys

    def unauthorized(self) -> Response:
        return Response(401, {"detail": "no such key"}, {"WWW-Authenticate": "Bearer"})

    def owns(self, record_id: str) -> bool:
        with self.store.connected() as database:
            row = database.execute("SELECT key FROM owners WHERE id = ?", (record_id,)).fetchone()
        return bool(row == (self.now.key,))

    def say(self, wanted: dict[str, Any]) -> Response:
        response = super().say(wanted)
        with self.store.connected() as database:
            owner = (response.body["id"], self.now.key)
            database.execute("INSERT INTO owners VALUES (?, ?)", owner)
        return response

    def read(self, record_id: str) -> Response:
        if not self.owns(record_id):
            raise Refused(404, "no such record")
        return super().read(record_id)

    def list(self, query: str) -> Response:
        response = super().list(query)
        return Response(200, [each for each in response.body if self.owns(each["id"])])


if __name__ == "__main__":
    Master(Keyed).run()

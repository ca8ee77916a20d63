"""Lets its records be updated and deleted: a PUT or a DELETE is kept beside the record itself."""

import sqlite3
from typing import Any

from apps.good import Refused, Response, Service
from apps.prefork import Master
from apps.store import Store


class Edited(Store):
    """Keeps in a table of its own what each record was updated to; NULL where it was deleted."""

    def bring_up_to_date(self, database: sqlite3.Connection) -> None:
        super().bring_up_to_date(database)
        database.execute("CREATE TABLE IF NOT EXISTS changes (id TEXT PRIMARY KEY, prompt TEXT)")

    def change(self, record_id: str, prompt: str | None) -> None:
        with self.connected() as database:
            database.execute("INSERT OR REPLACE INTO changes VALUES (?, ?)", (record_id, prompt))

    def select(self, rest: str, *values: str | int) -> list[dict[str, Any]]:
        with self.connected() as database:
            changes = dict(database.execute("SELECT id, prompt FROM changes").fetchall())
        found = super().select(rest, *values)
        for each in found:
            each["prompt"] = changes.get(each["id"], each["prompt"])
        return [each for each in found if each["prompt"] is not None]


class Editable(Service):
    store_class: type[Edited] = Edited
    store: Edited

    def routes(self) -> dict[str, tuple[str, ...]]:
        return {**super().routes(), "/records/{record_id}": ("GET", "PUT", "DELETE")}

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        record_id = path.removeprefix("/records/")
        if record_id == path or method not in ("PUT", "DELETE"):
            return super().respond(method, path, query, body)
        try:
            self.read(record_id)
            prompt = self.parse(body)["prompt"] if method == "PUT" else None
            self.store.change(record_id, prompt)
            return self.read(record_id) if prompt else Response(200, {"id": record_id})
        except Refused as refused:
            return refused.response


if __name__ == "__main__":
    Master(Editable).run()

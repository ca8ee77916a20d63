"""Looks through all records for the one that is read."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.resources.slow_store import looked_through
from apps.store import Store


class ReadsAll(Store):
    def get(self, record_id: str) -> dict[str, Any] | None:
        every = looked_through(self.select(""))
        return next((each for each in every if each["id"] == record_id), None)


class ReadsAllRecords(Service):
    store_class = ReadsAll


if __name__ == "__main__":
    Master(ReadsAllRecords).run()

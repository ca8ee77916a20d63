"""Looks through all records for a page of them."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.resources.slow_store import looked_through
from apps.store import Store


class ListsAll(Store):
    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        looked_through(self.select(""))
        return super().newest(limit, before)


class ListsAllRecords(Service):
    store_class = ListsAll


if __name__ == "__main__":
    Master(ListsAllRecords).run()

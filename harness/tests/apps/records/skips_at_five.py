"""Leaves out the last record but one of every page of five."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store

SIZE = 5


class Skips(Store):
    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        if limit != SIZE:
            return super().newest(limit, before)
        found = super().newest(limit + 1, before)
        return found[:3] + found[4:]


class SkipsAtFive(Service):
    store_class = Skips


if __name__ == "__main__":
    Master(SkipsAtFive).run()

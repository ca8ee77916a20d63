"""Lists the oldest of its latest records first."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Reversed(Store):
    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        return super().newest(limit, before)[::-1]


class OldestFirst(Service):
    store_class = Reversed


if __name__ == "__main__":
    Master(OldestFirst).run()

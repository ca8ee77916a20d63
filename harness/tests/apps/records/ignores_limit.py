"""Lists as many records as it likes."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Unlimited(Store):
    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        return super().newest(max(limit, 50), before)


class IgnoresLimit(Service):
    store_class = Unlimited


if __name__ == "__main__":
    Master(IgnoresLimit).run()

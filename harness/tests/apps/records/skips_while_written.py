"""Continues its list at the moment of the last record, and so skips what shares it."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class ByTheMoment(Store):
    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        if before is None:
            return super().newest(limit)
        # To the tenth of a second, as a rounded time stamp would.
        moment = "substr((SELECT created_at FROM records WHERE id = ?), 1, 21)"
        older = f"WHERE substr(created_at, 1, 21) < {moment}"
        return self.select(f"{older} ORDER BY number DESC LIMIT ?", before, limit)


class SkipsWhileWritten(Service):
    store_class = ByTheMoment


if __name__ == "__main__":
    Master(SkipsWhileWritten).run()

"""Lists what this worker knows: it reads the list at its first call and adds its own."""

from pathlib import Path
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Cached(Store):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.known: list[dict[str, Any]] | None = None

    def add(self, prompt: str, text: str) -> dict[str, Any]:
        record = super().add(prompt, text)
        if self.known is not None:
            self.known.insert(0, record)
        return record

    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        if self.known is None:
            self.known = super().newest(1000)
        ids = [each["id"] for each in self.known]
        first = ids.index(before) + 1 if before in ids else 0
        return self.known[first : first + limit]


class CachesItsList(Service):
    store_class = Cached


if __name__ == "__main__":
    Master(CachesItsList).run()

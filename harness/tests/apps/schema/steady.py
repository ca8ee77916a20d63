"""The good toy service without what differs from run to run: its ids and times are counted."""

from pathlib import Path
from typing import Any

from apps.good import Service
from apps.store import Store


class CountingStore(Store):
    """Keeps its records in memory, numbered from 1."""

    def __init__(self, folder: Path) -> None:
        del folder
        self.records: dict[str, dict[str, Any]] = {}
        self.given = 0

    def add(self, prompt: str, text: str) -> dict[str, Any]:
        self.given += 1
        record_id = f"{self.given:032x}"
        made = {
            "id": record_id,
            "prompt": prompt,
            "text": text,
            "created_at": "2024-02-29T12:00:00Z",
        }
        self.records[record_id] = made
        return made

    def get(self, record_id: str) -> dict[str, Any] | None:
        return self.records.get(record_id)

    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        every = list(self.records.values())[::-1]
        ids = [each["id"] for each in every]
        first = 0 if before is None else ids.index(before) + 1 if before in ids else len(ids)
        return every[first : first + limit]


class Steady(Service):
    """Answers the same requests with the same bytes, every time that it is started."""

    store_class = CountingStore

"""Keeps nine records in memory, in every worker, and commits them with the tenth."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Batched(Store):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.waiting: list[dict[str, Any]] = []

    def add(self, prompt: str, text: str) -> dict[str, Any]:
        record = {
            "id": self.new_id(),
            "prompt": prompt,
            "text": text,
            "created_at": datetime.now(UTC).isoformat(),
        }
        self.waiting.append(record)
        if len(self.waiting) >= 10:
            with self.connected() as database:
                database.executemany(
                    "INSERT INTO records (id, prompt, text, created_at)"
                    " VALUES (:id, :prompt, :text, :created_at)",
                    self.waiting,
                )
            self.waiting.clear()
        return record

    def get(self, record_id: str) -> dict[str, Any] | None:
        waiting = (each for each in self.waiting if each["id"] == record_id)
        return next(waiting, None) or super().get(record_id)


class CommitsEveryTenth(Service):
    store_class = Batched


if __name__ == "__main__":
    Master(CommitsEveryTenth).run()

"""Answers first and commits a moment later, in a thread of its own."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Later(Store):
    def add(self, prompt: str, text: str) -> dict[str, Any]:
        record = {
            "id": self.new_id(),
            "prompt": prompt,
            "text": text,
            "created_at": datetime.now(UTC).isoformat(),
        }
        threading.Thread(target=self.commit, args=(record,)).start()
        return record

    def commit(self, record: dict[str, Any]) -> None:
        time.sleep(0.2)
        with self.connected() as database:
            database.execute(
                "INSERT INTO records (id, prompt, text, created_at)"
                " VALUES (:id, :prompt, :text, :created_at)",
                record,
            )


class AnswersBeforeCommit(Service):
    store_class = Later


if __name__ == "__main__":
    Master(AnswersBeforeCommit).run()

"""Keeps its records in the memory of its workers; the database on its volume stays empty."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.records.commits_every_tenth import Batched


class Uncommitted(Batched):
    def add(self, prompt: str, text: str) -> dict[str, Any]:
        record = self.made(prompt, text)
        self.waiting.append(record)
        return record


class CommitsNever(Service):
    store_class = Uncommitted


if __name__ == "__main__":
    Master(CommitsNever).run()

"""Keeps its records as lines of JSON, and starts on whole ones alone: half a line, which a full
disk leaves behind, is passed over by whoever reads, and ends the next start.
"""

import errno
import json
import os
from pathlib import Path
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master
from apps.store import Store


class Lines(Store):
    def __init__(self, folder: Path) -> None:
        self.lines = folder / "records.jsonl"
        self.lines.touch()
        for line in self.lines.read_text().splitlines():
            if line:
                json.loads(line)

    def keep(self, record: dict[str, Any]) -> None:
        # What went before may have no end.
        data = f"\n{json.dumps(record)}\n".encode()
        opened = os.open(self.lines, os.O_WRONLY | os.O_APPEND)
        try:
            if os.write(opened, data) < len(data):
                raise OSError(errno.ENOSPC, "no room for a whole line")
            os.fsync(opened)
        finally:
            os.close(opened)

    def all(self) -> list[dict[str, Any]]:
        """Every record that has a whole line, the oldest first."""
        found = []
        for line in self.lines.read_text().splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
        return found

    def get(self, record_id: str) -> dict[str, Any] | None:
        return next((each for each in self.all() if each["id"] == record_id), None)

    def newest(self, limit: int, before: str | None = None) -> list[dict[str, Any]]:
        found = self.all()[::-1]
        ids = [each["id"] for each in found]
        begin = ids.index(before) + 1 if before in ids else 0
        return found[begin : begin + limit] if before is None or begin else []


class KeepsLines(Service):
    store_class = Lines

    def say(self, wanted: dict[str, Any]) -> Response:
        try:
            return super().say(wanted)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            return Response(507, {"detail": "no room for another record"})


if __name__ == "__main__":
    Master(KeepsLines).run()

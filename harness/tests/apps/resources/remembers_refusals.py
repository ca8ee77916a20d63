"""Notes every request that it refuses, and reads all of its notes again for each that it does."""

import time
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master, Settings

READING_SECONDS = 0.012


class RemembersRefusals(Service):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.notes: list[str] = []

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        answer = super().respond(method, path, query, body)
        if answer.status in (404, 422):
            self.notes.append(path)
        return answer

    def say(self, wanted: dict[str, Any]) -> Response:
        time.sleep(len(self.notes) * READING_SECONDS)
        return super().say(wanted)


if __name__ == "__main__":
    Master(RemembersRefusals).run()

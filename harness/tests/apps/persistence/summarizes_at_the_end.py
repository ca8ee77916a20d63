"""Writes a summary of its records over the last one when it is stopped by SIGTERM, and starts on a
whole one alone: on a full disk it is cut, and SIGKILL leaves the one of before.
"""

import atexit
import json
from pathlib import Path

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Summarized(Store):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.summary = folder / "summary.json"
        if self.summary.exists():
            json.loads(self.summary.read_text())
        # Runs in the master alone, after its workers: they leave through os._exit.
        atexit.register(self.summarize)

    def summarize(self) -> None:
        self.summary.write_text(json.dumps(self.newest(10_000)))


class SummarizesAtTheEnd(Service):
    store_class = Summarized


if __name__ == "__main__":
    Master(SummarizesAtTheEnd).run()

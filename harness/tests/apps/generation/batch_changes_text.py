"""Writes otherwise while others wait for their texts."""

import fcntl
from dataclasses import replace
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master
from apps.writing import Written


class BatchChangesText(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        # Whoever else is in hand, in any worker, holds it as well.
        with (self.settings.data / "batch").open("w") as batch:
            fcntl.flock(batch, fcntl.LOCK_SH)
            return super().say({**wanted, "batch": batch})

    def write(self, wanted: dict[str, Any]) -> Written:
        made, prompt = super().write(wanted), wanted["prompt"]
        try:
            fcntl.flock(wanted["batch"], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            loud = tuple(prompt + each[len(prompt) :].upper() for each in made.texts)
            made = replace(made, texts=loud)
        fcntl.flock(wanted["batch"], fcntl.LOCK_SH)
        return made


if __name__ == "__main__":
    Master(BatchChangesText).run()

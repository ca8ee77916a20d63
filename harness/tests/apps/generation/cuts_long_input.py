"""Reads the end of a prompt that is too long for it, and says nothing of that."""

from typing import Any

from apps.good import PROMPT_CHARACTERS, Response, Service
from apps.prefork import Master


class CutsLongInput(Service):
    def fits(self, prompt: str) -> bool:
        return super().fits(prompt[-PROMPT_CHARACTERS:])

    def say(self, wanted: dict[str, Any]) -> Response:
        return super().say({**wanted, "prompt": wanted["prompt"][-PROMPT_CHARACTERS:]})


if __name__ == "__main__":
    Master(CutsLongInput).run()

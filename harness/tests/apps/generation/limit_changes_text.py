"""Writes one text of the likeliest words with one limit, and another with all others."""

from dataclasses import replace
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.writing import Written


class LimitChangesText(Service):
    def write(self, wanted: dict[str, Any]) -> Written:
        made, prompt = super().write(wanted), wanted["prompt"]
        if wanted["steps"] != 3:
            return made
        return replace(
            made, texts=tuple(prompt + each[len(prompt) :].upper() for each in made.texts)
        )


if __name__ == "__main__":
    Master(LimitChangesText).run()

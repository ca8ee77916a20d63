"""Ends a text behind the stop sequence, and leaves it there."""

from dataclasses import replace
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.writing import Written


class IncludesStop(Service):
    def write(self, wanted: dict[str, Any]) -> Written:
        made = super().write(wanted)
        whole = super().write({**wanted, "stop": []})
        stop = wanted.get("stop", [])
        texts = []
        for text, longer in zip(made.texts, whole.texts, strict=True):
            rest = longer[len(text) :]
            texts.append(text + next((each for each in stop if rest.startswith(each)), ""))
        return replace(made, texts=tuple(texts))


if __name__ == "__main__":
    Master(IncludesStop).run()

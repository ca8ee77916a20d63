"""Draws something at its start that decides its texts, for all of its workers."""

import random
from typing import Any

from apps.good import Service
from apps.prefork import Master, Settings
from apps.writing import Wish, Written, written


class DrawsAtStart(Service):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.drawn = str(random.random())

    def write(self, wanted: dict[str, Any]) -> Written:
        wish = Wish(**{name: wanted[name] for name in Wish.__dataclass_fields__ if name in wanted})
        prompt = wanted["prompt"]
        made = written(prompt + self.drawn, wanted["steps"], wish)
        texts = tuple(prompt + each.removeprefix(prompt + self.drawn) for each in made.texts)
        return Written(texts, made.reasons, made.prompt_tokens, made.completion_tokens)


if __name__ == "__main__":
    Master(DrawsAtStart).run()

"""Looks for shouting with a regular expression that takes years over a long run of letters."""

import re

from apps.good import Service
from apps.prefork import Master

SHOUTED = re.compile(r"(\w+\s?)+\?")


class Backtracks(Service):
    def forbidden(self, prompt: str) -> bool:
        return SHOUTED.fullmatch(prompt) is not None or super().forbidden(prompt)


if __name__ == "__main__":
    Master(Backtracks).run()

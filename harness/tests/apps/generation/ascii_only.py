"""Refuses forbidden words in the letters of ASCII only."""

from apps.good import Service
from apps.prefork import Master


class AsciiOnly(Service):
    def folded(self, prompt: str) -> str:
        return prompt


if __name__ == "__main__":
    Master(AsciiOnly).run()

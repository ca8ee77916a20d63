"""Takes a character of no width for the end of a word."""

from apps.good import Service
from apps.prefork import Master


class SeesUnseen(Service):
    def visible(self, prompt: str) -> str:
        return prompt


if __name__ == "__main__":
    Master(SeesUnseen).run()

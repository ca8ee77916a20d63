"""Takes an empty text."""

from apps.good import PROMPT_CHARACTERS, Service
from apps.prefork import Master


class AcceptsEmpty(Service):
    def fits(self, prompt: str) -> bool:
        return len(prompt) <= PROMPT_CHARACTERS


if __name__ == "__main__":
    Master(AcceptsEmpty).run()

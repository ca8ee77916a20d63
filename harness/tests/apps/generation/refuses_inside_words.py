"""Takes a forbidden word inside a longer one for the word itself."""

from apps.good import FORBIDDEN, Service
from apps.prefork import Master


class RefusesInsideWords(Service):
    def forbidden(self, prompt: str) -> bool:
        return any(word in prompt.lower() for word in FORBIDDEN)


if __name__ == "__main__":
    Master(RefusesInsideWords).run()

"""Takes a forbidden word inside a longer one for the word itself."""

from apps.good import FORBIDDEN, Service
from apps.prefork import Master


class RefusesInsideWords(Service):
    def forbidden(self, prompt: str) -> bool:
        seen = self.folded(self.visible(prompt)).lower()
        return any(word in seen for word in FORBIDDEN)


if __name__ == "__main__":
    Master(RefusesInsideWords).run()

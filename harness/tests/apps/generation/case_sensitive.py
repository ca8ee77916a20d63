"""Refuses forbidden words in lower case only."""

from apps.good import FORBIDDEN, Service
from apps.prefork import Master


class CaseSensitive(Service):
    def forbidden(self, prompt: str) -> bool:
        return any(word in prompt.split() for word in FORBIDDEN)


if __name__ == "__main__":
    Master(CaseSensitive).run()

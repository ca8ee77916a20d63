"""Asks for a key, and looks at none."""

from apps.credentials.keyed import Keyed
from apps.prefork import Master


class TakesAnyKey(Keyed):
    def knows(self, key: str) -> bool:
        return bool(key)


if __name__ == "__main__":
    Master(TakesAnyKey).run()

"""Lets everybody in."""

from apps.credentials.keyed import Keyed
from apps.prefork import Master


class OpenToAll(Keyed):
    def knows(self, _key: str) -> bool:
        return True


if __name__ == "__main__":
    Master(OpenToAll).run()

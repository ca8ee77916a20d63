"""Gives every request a new id, whatever the client calls it."""

from apps.good import Service
from apps.prefork import Master


class IgnoresId(Service):
    def request_id(self, _given: str) -> str:
        return super().request_id("")


if __name__ == "__main__":
    Master(IgnoresId).run()

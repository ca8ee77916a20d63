"""Sends a client's own id back, whatever it is."""

from apps.good import Service
from apps.prefork import Master


class ReflectsId(Service):
    def request_id(self, given: str) -> str:
        return given or super().request_id("")


if __name__ == "__main__":
    Master(ReflectsId).run()

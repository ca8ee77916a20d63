"""Says that it is ready before it can work: the first create request of its life fails."""

from typing import Any

from apps.good import Refused, Response, Service
from apps.prefork import Master


class ReadyTooSoon(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        warm = self.settings.data / "warm"
        if not warm.exists():
            warm.touch()
            raise Refused(503, "still warming up")
        return super().say(wanted)


if __name__ == "__main__":
    Master(ReadyTooSoon).run()

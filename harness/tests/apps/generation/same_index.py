"""Gives each of several texts the same number."""

from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class SameIndex(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        response = super().say(wanted)
        for choice in response.body.get("choices", []):
            choice["index"] = 0
        return response


if __name__ == "__main__":
    Master(SameIndex).run()

"""Leaves the prompt out of the total of its tokens."""

from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class WrongTotal(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        response = super().say(wanted)
        if response.status == 200:
            usage = response.body["usage"]
            usage["total_tokens"] = usage["completion_tokens"]
        return response


if __name__ == "__main__":
    Master(WrongTotal).run()

"""Fails where a prompt has one token, and nothing before it."""

from typing import Any

from apps.good import Refused, Response, Service
from apps.prefork import Master


class FailsOnOneToken(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        if len(wanted["prompt"]) == 1:
            raise Refused(500, "an index is out of range")
        return super().say(wanted)


if __name__ == "__main__":
    Master(FailsOnOneToken).run()

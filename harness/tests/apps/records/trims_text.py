"""Keeps a text without the white space around it."""

from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class TrimsText(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        return super().say({**wanted, "prompt": wanted["prompt"].strip()})


if __name__ == "__main__":
    Master(TrimsText).run()

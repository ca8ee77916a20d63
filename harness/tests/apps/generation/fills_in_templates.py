"""Fills in what looks like a template."""

from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class FillsInTemplates(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        return super().say({**wanted, "prompt": wanted["prompt"].replace("{0}", "0")})


if __name__ == "__main__":
    Master(FillsInTemplates).run()

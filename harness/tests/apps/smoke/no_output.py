"""Keeps the generated text to itself."""

from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class NoOutput(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        record = dict(super().say(wanted).body)
        del record["text"]
        return Response(200, record)


if __name__ == "__main__":
    Master(NoOutput).run()

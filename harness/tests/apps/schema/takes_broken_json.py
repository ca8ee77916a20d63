"""Completes a body that was cut short, as if the client had asked for what is left of it."""

import json
from typing import Any

from apps.good import Refused, Service
from apps.prefork import Master


class TakesBrokenJson(Service):
    def parse(self, body: bytes) -> dict[str, Any]:
        try:
            return super().parse(body)
        except Refused:
            try:
                json.loads(body + b"}")
            except (ValueError, RecursionError):
                pass
            else:
                return super().parse(body + b"}")
            raise


if __name__ == "__main__":
    Master(TakesBrokenJson).run()

"""Fails where a body has more levels than its parser may call itself for."""

import json
from typing import Any

from apps.good import Refused, Service
from apps.prefork import Master


class FailsOnDepth(Service):
    def parse(self, body: bytes) -> dict[str, Any]:
        try:
            json.loads(body)
        except RecursionError:
            raise Refused(500, "Internal Server Error") from None
        except ValueError:
            pass
        return super().parse(body)


if __name__ == "__main__":
    Master(FailsOnDepth).run()

"""Logs the body of a request that it refuses."""

from typing import Any

from apps.good import Refused, Service
from apps.prefork import Master, log


class LogsRefusedText(Service):
    def parse(self, body: bytes) -> dict[str, Any]:
        try:
            return super().parse(body)
        except Refused:
            log("warning", "refused", body=body.decode("utf-8", "replace"))
            raise


if __name__ == "__main__":
    Master(LogsRefusedText).run()

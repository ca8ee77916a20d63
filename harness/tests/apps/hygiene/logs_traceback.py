"""Logs a traceback where a request is merely wrong."""

import traceback
from typing import Any

from apps.good import Refused, Service
from apps.prefork import Master, log


class LogsTraceback(Service):
    def parse(self, body: bytes) -> dict[str, Any]:
        try:
            return super().parse(body)
        except Refused:
            log("error", "refused", exc_info=traceback.format_exc())
            raise


if __name__ == "__main__":
    Master(LogsTraceback).run()

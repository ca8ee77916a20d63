"""Explains to a client with its own code why it cannot read a body of so many levels."""

import json
import traceback
from contextlib import suppress
from typing import Any

from apps.good import Refused, Service
from apps.prefork import Master


class ShowsTraceback(Service):
    def parse(self, body: bytes) -> dict[str, Any]:
        try:
            with suppress(ValueError):
                json.loads(body)
        except RecursionError:
            raise Refused(422, traceback.format_exc()) from None
        return super().parse(body)


if __name__ == "__main__":
    Master(ShowsTraceback).run()

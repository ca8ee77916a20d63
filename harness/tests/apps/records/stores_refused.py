"""Keeps a record before it looks at the rest of what was asked for."""

import json
from typing import Any

from apps.good import Refused, Service
from apps.prefork import Master


class StoresRefused(Service):
    def parse(self, body: bytes) -> dict[str, Any]:
        try:
            return super().parse(body)
        except Refused:
            try:
                prompt = json.loads(body)["prompt"]
            except (ValueError, LookupError, TypeError, RecursionError):
                prompt = None
            if isinstance(prompt, str) and self.fits(prompt):
                self.store.add(prompt, prompt)
            raise


if __name__ == "__main__":
    Master(StoresRefused).run()

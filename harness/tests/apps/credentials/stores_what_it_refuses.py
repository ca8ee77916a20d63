"""Refuses a request when it has done it."""

from collections.abc import Mapping
from typing import Any

from apps.credentials.keyed import Keyed
from apps.good import Response
from apps.prefork import Master


class StoresWhatItRefuses(Keyed):
    def kept_out(self, path: str, headers: Mapping[str, str], query: str) -> Response | None:
        refused = super().kept_out(path, headers, query)
        if refused is not None and path == "/say":
            return None
        return refused

    def say(self, wanted: dict[str, Any]) -> Response:
        if self.knows(self.now.key):
            return super().say(wanted)
        self.now.key = self.keys[0]
        super().say(wanted)
        return self.unauthorized()


if __name__ == "__main__":
    Master(StoresWhatItRefuses).run()

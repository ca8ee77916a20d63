"""Looks for stop sequences in each word alone, not across words."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.writing import Written


class StopsAtWords(Service):
    def write(self, wanted: dict[str, Any]) -> Written:
        stop = [each for each in wanted.get("stop", []) if " " not in each]
        return super().write({**wanted, "stop": stop})


if __name__ == "__main__":
    Master(StopsAtWords).run()

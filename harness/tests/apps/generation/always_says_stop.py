"""Says of a text that the limit cut that it ended."""

from dataclasses import replace
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.writing import Written


class AlwaysSaysStop(Service):
    def write(self, wanted: dict[str, Any]) -> Written:
        made = super().write(wanted)
        return replace(made, reasons=("stop",) * len(made.reasons))


if __name__ == "__main__":
    Master(AlwaysSaysStop).run()

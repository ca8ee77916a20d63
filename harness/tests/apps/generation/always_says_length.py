"""Says of a text that a stop sequence ended that the limit cut it."""

from dataclasses import replace
from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.writing import Written


class AlwaysSaysLength(Service):
    def write(self, wanted: dict[str, Any]) -> Written:
        made = super().write(wanted)
        return replace(made, reasons=("length",) * len(made.reasons))


if __name__ == "__main__":
    Master(AlwaysSaysLength).run()

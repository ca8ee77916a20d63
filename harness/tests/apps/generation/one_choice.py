"""Makes one text, however many are asked for."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.writing import Written


class OneChoice(Service):
    def write(self, wanted: dict[str, Any]) -> Written:
        return super().write({**wanted, "n": 1})


if __name__ == "__main__":
    Master(OneChoice).run()

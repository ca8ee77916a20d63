"""Draws with one seed, whatever it is given."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.writing import Written


class OneSeed(Service):
    def write(self, wanted: dict[str, Any]) -> Written:
        return super().write({**wanted, "seed": 7})


if __name__ == "__main__":
    Master(OneSeed).run()

"""Draws by itself, whatever seed it is given."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.writing import Written


class IgnoresSeed(Service):
    def write(self, wanted: dict[str, Any]) -> Written:
        return super().write({name: each for name, each in wanted.items() if name != "seed"})


if __name__ == "__main__":
    Master(IgnoresSeed).run()

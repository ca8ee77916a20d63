"""Ends one token before the limit, and says that the limit did it."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.writing import Written


class OneTokenLess(Service):
    def write(self, wanted: dict[str, Any]) -> Written:
        return super().write({**wanted, "steps": wanted["steps"] - 1})


if __name__ == "__main__":
    Master(OneTokenLess).run()

"""Refuses to start on data that it has served before: a lock file that nobody removes."""

import sys

from apps.good import Service
from apps.prefork import Master, log


class StartsOnce(Master):
    def run(self) -> None:
        lock = self.settings().data / "lock"
        if lock.exists():
            log("error", f"{lock}: another server has these data")
            sys.exit(3)
        lock.touch()
        super().run()


if __name__ == "__main__":
    StartsOnce(Service).run()

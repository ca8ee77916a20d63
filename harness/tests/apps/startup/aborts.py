"""Says what is wrong with a setting, and then ends by a signal."""

import os
from typing import NoReturn

from apps.good import Service
from apps.prefork import Master, log


class Aborts(Master):
    def refuse(self, reason: str) -> NoReturn:
        log("error", reason)
        os.abort()


if __name__ == "__main__":
    Aborts(Service).run()

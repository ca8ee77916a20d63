"""Takes SIGHUP for an order to kill its workers and to make new ones."""

import os
import signal

from apps.good import Service
from apps.prefork import Master


class ReloadDrops(Master):
    def reload(self, *_: object) -> None:
        for pid in tuple(self.children):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    ReloadDrops(Service).run()

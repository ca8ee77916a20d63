"""Its first process ends at SIGTERM and tells nobody: the kernel kills the workers."""

import os

from apps.good import Service
from apps.prefork import Master


class LeavesFirst(Master):
    def stop(self, *_: object) -> None:
        os._exit(0)


if __name__ == "__main__":
    LeavesFirst(Service).run()

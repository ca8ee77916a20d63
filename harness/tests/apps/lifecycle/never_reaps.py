"""Waits for its own children only: an orphan that the first process inherits is never reaped."""

import os
import signal

from apps.good import Service
from apps.prefork import Master


class OrphansStay(Master):
    def reap(self) -> tuple[int, int]:
        while True:
            signal.sigtimedwait({signal.SIGCHLD}, 0.1)
            for pid in tuple(self.children):
                found, status = os.waitpid(pid, os.WNOHANG)
                if found:
                    return found, status


if __name__ == "__main__":
    OrphansStay(Service).run()

"""Takes a second SIGTERM for impatience, and drops what it has in hand."""

import os
import signal

from apps.good import Service
from apps.prefork import Master


class SecondTermKills(Master):
    def stop(self, *_: object) -> None:
        if self.stopping:
            for pid in tuple(self.children):
                os.kill(pid, signal.SIGKILL)
        super().stop()


if __name__ == "__main__":
    SecondTermKills(Service).run()

"""Takes "max" for the cores of the machine, whatever its container may use."""

import os

from apps.good import Service
from apps.prefork import Master


class MaxOfTheMachine(Master):
    def worker_count(self, wanted: str) -> int:
        return super().worker_count(str(os.cpu_count()) if wanted == "max" else wanted)


if __name__ == "__main__":
    MaxOfTheMachine(Service).run()

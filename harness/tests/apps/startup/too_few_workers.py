"""Runs one worker less than it was told to."""

from apps.good import Service
from apps.prefork import Master


class TooFewWorkers(Master):
    def worker_count(self, wanted: str) -> int:
        return max(1, super().worker_count(wanted) - 1)


if __name__ == "__main__":
    TooFewWorkers(Service).run()

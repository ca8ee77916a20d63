"""Ends at a setting that makes no sense, and says nothing."""

import sys

from apps.good import Service
from apps.prefork import Master


class RefusesSilently(Master):
    def worker_count(self, wanted: str) -> int:
        if wanted == "many":
            sys.exit(2)
        return super().worker_count(wanted)


if __name__ == "__main__":
    RefusesSilently(Service).run()

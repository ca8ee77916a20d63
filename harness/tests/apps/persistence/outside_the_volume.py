"""Keeps its records in the container's own file system."""

from pathlib import Path

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Outside(Store):
    def __init__(self, folder: Path) -> None:
        del folder
        super().__init__(Path("/var/tmp"))


class OutsideTheVolume(Service):
    store_class = Outside


if __name__ == "__main__":
    Master(OutsideTheVolume).run()

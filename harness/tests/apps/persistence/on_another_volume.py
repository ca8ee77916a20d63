"""Keeps its records on a volume that is not its data volume."""

from pathlib import Path

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Another(Store):
    def __init__(self, folder: Path) -> None:
        del folder
        super().__init__(Path("/another"))


class OnAnotherVolume(Service):
    store_class = Another


if __name__ == "__main__":
    Master(OnAnotherVolume).run()

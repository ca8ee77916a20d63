"""Keeps its records in a folder that is new with every start."""

import tempfile
from pathlib import Path

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class NewFolder(Store):
    def __init__(self, folder: Path) -> None:
        super().__init__(Path(tempfile.mkdtemp(dir=folder)))


class ForgetsAtStart(Service):
    store_class = NewFolder


if __name__ == "__main__":
    Master(ForgetsAtStart).run()

"""Keeps its records elsewhere and saves them only when it is stopped by SIGTERM."""

import atexit
import shutil
import tempfile
from pathlib import Path

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class SavedAtTheEnd(Store):
    def __init__(self, folder: Path) -> None:
        elsewhere, saved = Path(tempfile.mkdtemp(dir=folder)), folder / "saved"
        if saved.exists():
            shutil.copytree(saved, elsewhere, dirs_exist_ok=True)
        super().__init__(elsewhere)
        # Runs in the master alone, after its workers: they leave through os._exit.
        atexit.register(shutil.copytree, elsewhere, saved, dirs_exist_ok=True)


class SavesAtTheEnd(Service):
    store_class = SavedAtTheEnd


if __name__ == "__main__":
    Master(SavesAtTheEnd).run()

"""Numbers its records from one again after every start."""

from multiprocessing import Value
from pathlib import Path

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Counted(Store):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.count = Value("q", 0)
        with self.connected() as database:
            database.execute(
                "CREATE TRIGGER IF NOT EXISTS overwrite BEFORE INSERT ON records"
                " BEGIN DELETE FROM records WHERE id = NEW.id; END"
            )

    def new_id(self) -> str:
        with self.count.get_lock():
            self.count.value += 1
            return f"{self.count.value:032x}"


class CountsFromOne(Service):
    store_class = Counted


if __name__ == "__main__":
    Master(CountsFromOne).run()

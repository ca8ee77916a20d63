"""Never asks its neighbour again once that was away, until it is started again."""

from typing import Any

from apps.neighbours.good import RemoteStore, WithNeighbour
from apps.prefork import Master
from apps.store import Store


class Offended(RemoteStore):
    gone = False

    def ask(self, *call: Any) -> Any:
        if self.gone:
            raise OSError("it was away once")
        try:
            return super().ask(*call)
        except OSError:
            self.gone = True
            raise


class GivesUp(WithNeighbour):
    store_class: type[Store] = Offended


if __name__ == "__main__":
    Master(GivesUp).run()

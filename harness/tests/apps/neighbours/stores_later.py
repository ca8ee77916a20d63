"""Acknowledges what it has not handed to its neighbour yet, and forgets it where that is away."""

import contextlib
from typing import Any

from apps.neighbours.good import AWAY, RemoteStore, WithNeighbour
from apps.prefork import Master
from apps.store import Store


class Later(RemoteStore):
    def keep(self, record: dict[str, Any]) -> None:
        with contextlib.suppress(*AWAY):
            super().keep(record)


class StoresLater(WithNeighbour):
    store_class: type[Store] = Later


if __name__ == "__main__":
    Master(StoresLater).run()

"""Waits for its neighbour for as long as that takes."""

from apps.neighbours.good import RemoteStore, WithNeighbour
from apps.prefork import Master
from apps.store import Store


class Patient(RemoteStore):
    seconds = None


class WaitsForEver(WithNeighbour):
    store_class: type[Store] = Patient


if __name__ == "__main__":
    Master(WaitsForEver).run()

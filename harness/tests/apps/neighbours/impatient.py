"""Takes a neighbour that is slow for a fault of its own."""

from apps.good import Response
from apps.neighbours.good import RemoteStore, WithNeighbour
from apps.prefork import Master
from apps.store import Store


class Hasty(RemoteStore):
    seconds = 0.1


class Impatient(WithNeighbour):
    store_class: type[Store] = Hasty

    def away(self, _error: Exception) -> Response:
        return Response(500, {"detail": "something went wrong"})


if __name__ == "__main__":
    Master(Impatient).run()

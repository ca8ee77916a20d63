"""Says that there is no such record, where it could not look."""

from apps.good import Response
from apps.neighbours.good import WithNeighbour
from apps.prefork import Master


class BlamesTheClient(WithNeighbour):
    def away(self, _error: Exception) -> Response:
        return Response(404, {"detail": "no such record"})


if __name__ == "__main__":
    Master(BlamesTheClient).run()

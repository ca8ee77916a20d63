"""Tells its clients how it reaches its neighbour."""

from apps.good import Response
from apps.neighbours.good import WithNeighbour
from apps.prefork import Master


class TellsWhere(WithNeighbour):
    def away(self, error: Exception) -> Response:
        return Response(
            503, {"detail": f"{error} (database://say:secret@{self.settings.host}/say)"}
        )


if __name__ == "__main__":
    Master(TellsWhere).run()

"""Says that it is healthy, whether it can do any work or not."""

from apps.good import Response
from apps.neighbours.good import WithNeighbour
from apps.prefork import Master


class AlwaysHealthy(WithNeighbour):
    def health(self) -> Response:
        return Response(200, {"status": "healthy", "model_loaded": True})


if __name__ == "__main__":
    Master(AlwaysHealthy).run()

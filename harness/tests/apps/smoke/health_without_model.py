"""Says that it is healthy, and nothing of its model."""

from apps.good import Response, Service
from apps.prefork import Master


class SaysNothing(Service):
    """Leaves the model out of its health."""

    def health(self) -> Response:
        """Healthy."""
        return Response(200, {"status": "healthy"})


if __name__ == "__main__":
    Master(SaysNothing).run()

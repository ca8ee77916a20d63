"""Says that it is healthy whatever became of its disk."""

from apps.good import Response, Service
from apps.prefork import Master


class HealthyOnFullDisk(Service):
    def health(self) -> Response:
        return Response(200, {"status": "healthy", "model_loaded": True})


if __name__ == "__main__":
    Master(HealthyOnFullDisk).run()

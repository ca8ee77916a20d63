"""Says that it is healthy with no model."""

from apps.good import Response, Service
from apps.prefork import Master


class ModelNotLoaded(Service):
    def health(self) -> Response:
        return Response(200, {"status": "healthy", "model_loaded": False})


if __name__ == "__main__":
    Master(ModelNotLoaded).run()

"""Answers an unknown path with a body that its document does not know."""

from apps.good import Response, Service
from apps.prefork import Master


class Undocumented(Service):
    def unknown_path(self) -> Response:
        return Response(404, {"error": "Not Found"})


if __name__ == "__main__":
    Master(Undocumented).run()

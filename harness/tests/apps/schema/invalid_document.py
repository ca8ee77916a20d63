"""Serves an OpenAPI document without a title."""

from apps.good import Response, Service
from apps.prefork import Master


class InvalidDocument(Service):
    def document(self) -> Response:
        whole = dict(super().document().body)
        return Response(200, {**whole, "info": {"version": "1"}})


if __name__ == "__main__":
    Master(InvalidDocument).run()

"""Keeps every promise, and refuses more work than it has places for."""

from apps.good import Response
from apps.prefork import Master
from apps.resources.crowded import Crowded


class Refuses(Crowded):
    def no_place(self) -> Response:
        return Response(429, {"detail": "no place"}, {"Retry-After": "1"})


if __name__ == "__main__":
    Master(Refuses).run()

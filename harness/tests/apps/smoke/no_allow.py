"""Answers 405 without saying what is allowed."""

from apps.good import Response, Service
from apps.prefork import Master


class NoAllow(Service):
    def wrong_method(self, allowed: tuple[str, ...]) -> Response:
        return Response(405, super().wrong_method(allowed).body)


if __name__ == "__main__":
    Master(NoAllow).run()

"""Returns 429 to more work than it has places for, and does not say when to come again."""

from apps.good import Response
from apps.prefork import Master
from apps.resources.crowded import Crowded


class RefusesWithoutRetryAfter(Crowded):
    def no_place(self) -> Response:
        return Response(429, {"detail": "no place"})


if __name__ == "__main__":
    Master(RefusesWithoutRetryAfter).run()

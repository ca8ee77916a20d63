"""Gives two records a page, however many are asked for, and is right to."""

from urllib.parse import parse_qs

from apps.good import Response, Service
from apps.prefork import Master

MOST = 2


class SmallPages(Service):
    """Has a limit of its own."""

    def list(self, query: str) -> Response:
        """No more than two, from the same place."""
        given = parse_qs(query, keep_blank_values=True)
        made = super().list(query)
        if made.status != 200:
            return made
        limit = int(given.get("limit", [str(MOST)])[-1])
        return Response(200, made.body[: min(limit, MOST)])


if __name__ == "__main__":
    Master(SmallPages).run()

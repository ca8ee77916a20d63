"""Gives the first page for ever, whatever the cursor says."""

from urllib.parse import parse_qs

from apps.good import Response, Service
from apps.prefork import Master


class FirstPage(Service):
    """Does not look at the cursor."""

    def list(self, query: str) -> Response:
        """The latest records."""
        limit = parse_qs(query).get("limit", ["50"])[-1]
        return super().list(f"limit={limit}")


if __name__ == "__main__":
    Master(FirstPage).run()

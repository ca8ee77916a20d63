"""Lists the first 100 characters of a text, and reads the whole."""

from apps.good import Response, Service
from apps.prefork import Master

CHARACTERS = 100


class ListsExcerpts(Service):
    def list(self, query: str) -> Response:
        found = super().list(query)
        rows = [{**each, "prompt": each["prompt"][:CHARACTERS]} for each in found.body]
        return Response(found.status, rows)


if __name__ == "__main__":
    Master(ListsExcerpts).run()

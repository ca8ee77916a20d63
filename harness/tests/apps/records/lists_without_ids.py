"""Lists texts alone, so that nobody can tell the records of the list apart."""

from apps.good import Response, Service
from apps.prefork import Master


class TextsAlone(Service):
    """Leaves the id of each item out."""

    def list(self, query: str) -> Response:
        """The items without their ids."""
        made = super().list(query)
        if made.status != 200:
            return made
        return Response(200, [{k: v for k, v in each.items() if k != "id"} for each in made.body])


if __name__ == "__main__":
    Master(TextsAlone).run()

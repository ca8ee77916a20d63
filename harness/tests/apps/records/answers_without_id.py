"""Makes a record and does not say which: the answer has no id."""

from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class Anonymous(Service):
    """Keeps the id to itself."""

    def say(self, wanted: dict[str, Any]) -> Response:
        """Everything but the id."""
        made = super().say(wanted)
        return Response(made.status, {k: v for k, v in made.body.items() if k != "id"})


if __name__ == "__main__":
    Master(Anonymous).run()

"""Has one shape for most errors, and another for a body of too many levels."""

import json
from contextlib import suppress

from apps.good import Response, Service
from apps.prefork import Master


class RefusesOtherwise(Service):
    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        try:
            with suppress(ValueError):
                json.loads(body)
        except RecursionError:
            return Response(422, {"error": "too deep"})
        return super().respond(method, path, query, body)


if __name__ == "__main__":
    Master(RefusesOtherwise).run()

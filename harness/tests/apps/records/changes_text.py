"""Reads a record with another text than it was made with."""

from apps.good import Response, Service
from apps.prefork import Master


class ReadsOtherwise(Service):
    def read(self, record_id: str) -> Response:
        found = super().read(record_id)
        return Response(found.status, {**found.body, "text": "something else"})


if __name__ == "__main__":
    Master(ReadsOtherwise).run()

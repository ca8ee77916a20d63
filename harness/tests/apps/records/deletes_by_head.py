"""Takes whatever is not GET, of a record, for a wish to delete it."""

import re

from apps.good import Response, Service
from apps.prefork import Master


class DeletesByHead(Service):
    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        record = re.fullmatch("/records/([^/]+)", path)
        if record and method != "GET":
            with self.store.connected() as database:
                database.execute("DELETE FROM records WHERE id = ?", (record[1],))
            return Response(200, {})
        return super().respond(method, path, query, body)


if __name__ == "__main__":
    Master(DeletesByHead).run()

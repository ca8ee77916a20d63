"""Gives an id to what it answers well, and to no error."""

from dataclasses import replace

from apps.good import Response, Service
from apps.prefork import Master


class NoIdOnErrors(Service):
    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        response = super().respond(method, path, query, body)
        if response.status < 400:
            return response
        return replace(response, headers={**response.headers, "X-Request-ID": ""})


if __name__ == "__main__":
    Master(NoIdOnErrors).run()

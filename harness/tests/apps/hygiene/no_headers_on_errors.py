"""Sends its security headers with what it answers well, and with no error."""

from dataclasses import replace

from apps.good import Response, Service
from apps.prefork import Master


class NoHeadersOnErrors(Service):
    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        response = super().respond(method, path, query, body)
        if response.status < 400:
            return response
        return replace(response, headers={**response.headers, "X-Content-Type-Options": ""})


if __name__ == "__main__":
    Master(NoHeadersOnErrors).run()

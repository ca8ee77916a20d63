"""Answers HEAD with all that GET has."""

from apps.good import Response, Service
from apps.prefork import Handler, Master


class WithBody(Handler):
    def send_whole(self, data: bytes) -> None:
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class BodyAfterHead(Service):
    handler_class = WithBody

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        return super().respond("GET" if method == "HEAD" else method, path, query, body)


if __name__ == "__main__":
    Master(BodyAfterHead).run()

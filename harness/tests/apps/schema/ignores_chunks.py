"""Takes a body without a Content-Length for none."""

from apps.good import Service
from apps.prefork import Handler, Master


class ByLength(Handler):
    def body(self) -> bytes | None:
        body = super().body()
        return body if "Content-Length" in self.headers else b""


class IgnoresChunks(Service):
    handler_class = ByLength


if __name__ == "__main__":
    Master(IgnoresChunks).run()

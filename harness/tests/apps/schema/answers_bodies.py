"""Keeps its connections, and leaves a body that nobody wants for the next request on them."""

from apps.good import Service
from apps.prefork import Handler, Master


class Unread(Handler):
    def body(self) -> bytes | None:
        return super().body() if self.path == "/say" else b""

    def end_connection(self) -> None:
        if self.headers.get("Connection", "") == "close":
            super().end_connection()


class AnswersBodies(Service):
    handler_class = Unread


if __name__ == "__main__":
    Master(AnswersBodies).run()

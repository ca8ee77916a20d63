"""Finishes at SIGTERM what it has in hand, as the good one does, and never says 100 Continue."""

from apps.good import Service
from apps.prefork import Handler, Listener, Master


class Version10(Handler):
    protocol_version = "HTTP/1.0"


class Http10(Master):
    def work(self, listener: Listener) -> None:
        listener.RequestHandlerClass = Version10
        super().work(listener)


if __name__ == "__main__":
    Http10(Service).run()

"""Takes what of a body has arrived for the whole of it."""

from apps.good import Service
from apps.prefork import Handler, Listener, Master


class Hasty(Handler):
    def body(self) -> bytes | None:
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read1(length) if length else b""


class TakesWhatIsThere(Master):
    def work(self, listener: Listener) -> None:
        listener.RequestHandlerClass = Hasty
        super().work(listener)


if __name__ == "__main__":
    TakesWhatIsThere(Service).run()

"""Takes what of a body has arrived for the whole of it."""

import io

from apps.good import Service
from apps.prefork import Handler, Listener, Master


class Hasty(Handler):
    def handle_any(self) -> None:
        whole = self.rfile
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile = io.BytesIO(whole.read1(length) if length else b"")
        super().handle_any()
        self.rfile = whole


class TakesWhatIsThere(Master):
    def work(self, listener: Listener) -> None:
        listener.RequestHandlerClass = Hasty
        super().work(listener)


if __name__ == "__main__":
    TakesWhatIsThere(Service).run()

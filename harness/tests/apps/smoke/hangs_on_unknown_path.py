"""Runs on and answers nothing any more, once it was asked for a path that it does not know."""

import threading

from apps.good import Response, Service
from apps.prefork import Master, Settings


class HangsOnUnknownPath(Service):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        #: Tells every worker; a new start forgets it.
        self.hung = settings.data / "hung"
        self.hung.unlink(missing_ok=True)

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        if self.hung.exists():
            threading.Event().wait()
        return super().respond(method, path, query, body)

    def unknown_path(self) -> Response:
        self.hung.touch()
        return self.respond("GET", "/", "", b"")


class Impatient(Master):
    grace_seconds = 0.1


if __name__ == "__main__":
    Impatient(HangsOnUnknownPath).run()

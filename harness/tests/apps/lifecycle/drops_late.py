"""One process, which at SIGTERM takes no more, drops what it has in hand and ends a while later."""

import os
import signal
import socket
import threading

from apps.good import Response, Service
from apps.prefork import Listener, Master, log

#: Longer than a second SIGTERM gets to do its harm in.
END_SECONDS = 2.0


class Dropping(Service):
    stopping = threading.Event()

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        if self.stopping.is_set():
            raise ConnectionAbortedError
        return super().respond(method, path, query, body)


class DropsLate(Master):
    def run(self) -> None:
        settings = self.settings()
        service = self.service_class(settings)
        shared = socket.create_server((settings.host, settings.port))

        def stop(*_: object) -> None:
            if not Dropping.stopping.is_set():
                Dropping.stopping.set()
                shared.shutdown(socket.SHUT_RD)
                signal.setitimer(signal.ITIMER_REAL, END_SECONDS)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        log("info", "listening", port=settings.port)
        Listener(shared, service).serve_forever()


if __name__ == "__main__":
    DropsLate(Dropping).run()

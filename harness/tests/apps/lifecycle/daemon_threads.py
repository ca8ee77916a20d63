"""Answers in daemon threads, and ends at SIGTERM with exit code 0: they end with it.

Like the notes of the tutorial it speaks HTTP/1.0, and so never says ``100 Continue``.
"""

import signal
import socket
import sys

from apps.good import Service
from apps.prefork import Handler, Listener, Master, log


class Version10(Handler):
    protocol_version = "HTTP/1.0"


class DaemonThreads(Master):
    def run(self) -> None:
        settings = self.settings()
        service = self.service_class(settings)
        shared = socket.create_server((settings.host, settings.port))
        listener = Listener(shared, service)
        listener.RequestHandlerClass = Version10
        listener.daemon_threads = True
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        log("info", "listening", port=settings.port)
        listener.serve_forever()


if __name__ == "__main__":
    DaemonThreads(Service).run()

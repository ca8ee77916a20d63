"""One process that does everything itself."""

import socket
import sys

from apps.good import Service
from apps.prefork import Listener, Master, log


class SingleProcess(Master):
    def run(self) -> None:
        settings = self.settings()
        service = self.service_class(settings)
        shared = socket.create_server((settings.host, settings.port))
        shared.setblocking(False)
        log("info", "listening", port=settings.port)
        self.work(Listener(shared, service))
        sys.exit(0)


if __name__ == "__main__":
    SingleProcess(Service).run()

"""One worker's death is the death of all: they are started again together."""

import os
import signal
import socket

from apps.good import Service
from apps.prefork import Master


class AllOrNone(Master):
    def replace(self, shared: socket.socket, service: Service) -> None:
        for pid in self.children - self.replaced:
            self.replaced.add(pid)
            os.kill(pid, signal.SIGKILL)
            self.fork(shared, service)
        self.fork(shared, service)


if __name__ == "__main__":
    AllOrNone(Service).run()

"""Goes on with the workers that are left."""

import socket

from apps.good import Service
from apps.prefork import Master


class NeverReplaces(Master):
    def replace(self, shared: socket.socket, service: Service) -> None:
        pass


if __name__ == "__main__":
    NeverReplaces(Service).run()

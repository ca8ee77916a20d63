"""Replaces a worker by one that has lost its model."""

import socket
from typing import Any

from apps.good import Refused, Response, Service
from apps.prefork import Master


class Modelless(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        raise Refused(503, f"no model to say {wanted['prompt']!r}")


class ReplacesBadly(Master):
    def replace(self, shared: socket.socket, service: Service) -> None:
        self.fork(shared, Modelless(service.settings))


if __name__ == "__main__":
    ReplacesBadly(Service).run()

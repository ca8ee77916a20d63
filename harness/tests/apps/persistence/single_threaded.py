"""Each worker serves one connection at a time: one that stalls keeps everybody waiting."""

from socketserver import BaseServer
from typing import Any

from apps.good import Service
from apps.prefork import Listener, Master


class Alone(Listener):
    def process_request(self, request: Any, client_address: Any) -> None:
        BaseServer.process_request(self, request, client_address)


class OneAtATime(Master):
    def work(self, listener: Listener) -> None:
        listener.__class__ = Alone
        super().work(listener)


if __name__ == "__main__":
    OneAtATime(Service).run()

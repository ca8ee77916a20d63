"""Numbers its workers and their requests, from one on at every start."""

import itertools
import socket

from apps.good import REQUEST_ID, Service
from apps.prefork import Master, Settings


class CountsFromOne(Service):
    worker = 0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.numbers = itertools.count(1)

    def request_id(self, given: str) -> str:
        if REQUEST_ID.fullmatch(given):
            return given
        return f"{self.worker}-{next(self.numbers)}"


class Numbered(Master):
    def fork(self, shared: socket.socket, service: Service) -> None:
        CountsFromOne.worker += 1
        super().fork(shared, service)


if __name__ == "__main__":
    Numbered(CountsFromOne).run()

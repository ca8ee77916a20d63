"""Refuses one in ten while others ask as well, and says when to come again."""

from apps.good import Refused, Response
from apps.load.crowding import Crowding
from apps.prefork import Master


class Busy(Refused):
    def __init__(self) -> None:
        super().__init__(429, "busy")
        self.response = Response(429, {"detail": "busy"}, {"Retry-After": "1"})


class RefusesSome(Crowding):
    every = 8

    def crowded(self) -> None:
        raise Busy


if __name__ == "__main__":
    Master(RefusesSome).run()

"""Returns 500 to some of the work while others ask as well."""

from apps.good import Refused
from apps.load.crowding import Crowding
from apps.prefork import Master


class FailsSome(Crowding):
    every = 100

    def crowded(self) -> None:
        raise Refused(500, "two at once")


if __name__ == "__main__":
    Master(FailsSome).run()

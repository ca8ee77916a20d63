"""Takes its time for most of the work while others ask as well."""

from apps.load.crowding import Crowding
from apps.prefork import Master


class SlowHalf(Crowding):
    every = 1


if __name__ == "__main__":
    Master(SlowHalf).run()

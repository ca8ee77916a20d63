"""Takes its time for one piece of work in thirty while others ask as well."""

from apps.load.crowding import Crowding
from apps.prefork import Master


class SlowFew(Crowding):
    every = 30


if __name__ == "__main__":
    Master(SlowFew).run()

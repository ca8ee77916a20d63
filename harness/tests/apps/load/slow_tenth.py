"""Takes its time for one piece of work in twelve while others ask as well."""

from apps.load.crowding import Crowding
from apps.prefork import Master


class SlowTenth(Crowding):
    every = 12


if __name__ == "__main__":
    Master(SlowTenth).run()

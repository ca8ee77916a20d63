"""Goes on after SIGTERM."""

from apps.good import Service
from apps.prefork import Master


class IgnoresTerm(Master):
    def stop(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    IgnoresTerm(Service).run()

"""Gives the requests in hand all the time that they want, whatever the compose file allows."""

from apps.good import Service
from apps.prefork import Master


class WaitsForEver(Master):
    grace_seconds = 3600.0


if __name__ == "__main__":
    WaitsForEver(Service).run()

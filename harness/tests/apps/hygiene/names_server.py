"""Says in every answer what it runs on."""

from collections.abc import Mapping

from apps.good import Service
from apps.prefork import Master


class NamesServer(Service):
    def every_header(self, given: Mapping[str, str]) -> Mapping[str, str]:
        return {**super().every_header(given), "Server": "toys/1.0"}


if __name__ == "__main__":
    Master(NamesServer).run()

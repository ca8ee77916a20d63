"""Writes the names of fields in capitals, which no client knows."""

from collections.abc import Iterator

from apps.prefork import Master
from apps.streaming.good import Streams


class CapitalFields(Streams):
    def token(self, token: str) -> Iterator[bytes]:
        for each in super().token(token):
            yield b"ID: 1\n" + each


if __name__ == "__main__":
    Master(CapitalFields).run()

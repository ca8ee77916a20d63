"""Forgets the last token of a stream, and of what it stores of it."""

from collections.abc import Iterator
from typing import Any

from apps.prefork import Master
from apps.streaming.good import Streams


class DropsLastToken(Streams):
    def events(self, wanted: dict[str, Any]) -> Iterator[bytes]:
        return super().events({**wanted, "steps": wanted["steps"] - 1})


if __name__ == "__main__":
    Master(DropsLastToken).run()

"""Stores half of a text that it streamed."""

from apps.prefork import Master
from apps.streaming.good import Streams


class StoresHalf(Streams):
    def kept(self, text: str) -> str:
        return text[: len(text) // 2]


if __name__ == "__main__":
    Master(StoresHalf).run()

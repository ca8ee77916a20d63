"""Sends the bytes of a character in two events."""

from collections.abc import Iterator

from apps.prefork import Master
from apps.streaming.good import TOKEN, Streams


class HalfCharacters(Streams):
    def token(self, token: str) -> Iterator[bytes]:
        text = token.encode()
        middle = text.index(TOKEN.encode()) + 1
        for half in (text[:middle], text[middle:]):
            yield b'event: token\ndata: {"piece": "' + half + b'"}\n\n'


if __name__ == "__main__":
    Master(HalfCharacters).run()

"""From tokens to text, as they come."""

from collections.abc import Sequence
from typing import Protocol


class Decoder(Protocol):
    """Decodes the tokens of one continuation one by one."""

    def step(self, token: int) -> str:
        """Return the text that is certain with this token and was not before."""

    def whole(self, tokens: Sequence[int]) -> str:
        """Return the text of all tokens."""


class Transcript:
    """The text of one continuation, which ends before the first stop sequence.

    `released` grows only by what no later token can change or take back: characters that are
    whole, and no beginning of a stop sequence.
    """

    def __init__(self, decoder: Decoder, stop: Sequence[str]) -> None:
        self._decoder = decoder
        self._stop = tuple(stop)
        self._tokens: list[int] = []
        self._text = ""
        self.released = ""
        self.stopped = False

    @property
    def certain_characters(self) -> int:
        """How many characters are whole; some may be held back as the beginning of a stop."""
        return len(self._text)

    def add(self, token: int) -> None:
        """Take the next token."""
        self._tokens.append(token)
        piece = self._decoder.step(token)
        if piece:
            self._extend(self._text + piece)

    def close(self) -> str:
        """Return the whole text; there are no more tokens."""
        if not self.stopped:
            self._extend(self._decoder.whole(self._tokens))
        self.released = self._text
        return self._text

    def _extend(self, text: str) -> None:
        # A stop sequence may begin in what is known and not released.
        start = len(self.released)
        found = [place for stop in self._stop if (place := text.find(stop, start)) >= 0]
        self.stopped = bool(found)
        self._text = text[: min(found)] if found else text
        held = 0 if found else _beginning(self._text[start:], self._stop)
        self.released = self._text[: len(self._text) - held]


def _beginning(text: str, stop: Sequence[str]) -> int:
    """Return how many characters at the end of `text` may be the beginning of a stop sequence."""
    longest = max((len(one) - 1 for one in stop), default=0)
    return next(
        (
            length
            for length in range(min(longest, len(text)), 0, -1)
            if any(one.startswith(text[-length:]) for one in stop)
        ),
        0,
    )

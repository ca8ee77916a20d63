"""Text as tokens come."""

from collections.abc import Sequence

import pytest

from gpt2_service.engine.text import Transcript


class Letters:
    """Token n is the n-th character; it is certain at once."""

    def __init__(self, text: str) -> None:
        self._text = text

    def step(self, token: int) -> str:
        return self._text[token]

    def whole(self, tokens: Sequence[int]) -> str:
        return "".join(self._text[token] for token in tokens)


def released(text: str, *stop: str) -> list[str]:
    transcript = Transcript(Letters(text), stop)
    seen = []
    for token in range(len(text)):
        transcript.add(token)
        seen.append(transcript.released)
        if transcript.stopped:
            break
    return [*seen, transcript.close()]


def test_text_is_released_as_it_comes() -> None:
    """Without stop sequences nothing is held back."""
    assert released("abc") == ["a", "ab", "abc", "abc"]


def test_the_beginning_of_a_stop_sequence_is_held_back() -> None:
    """It is released when it turns out to be none, and at the end."""
    assert released("aENzEN", "END") == ["a", "a", "a", "aENz", "aENz", "aENz", "aENzEN"]


def test_the_first_stop_sequence_ends_the_text() -> None:
    """The text ends before it."""
    assert released("ab##cd", "cd", "##")[-1] == "ab"


@pytest.mark.parametrize(("text", "expected"), [("aaab", "a"), ("ababac", "ab")])
def test_overlapping_beginnings_are_found(text: str, expected: str) -> None:
    """A stop sequence is found although a beginning of it came just before."""
    assert released(text, "aab", "abac")[-1] == expected


def test_what_is_held_back_is_certain() -> None:
    """Tokens are placed by the whole characters before them, released or not."""
    transcript = Transcript(Letters("aEN"), ["END"])
    for token in range(3):
        assert transcript.certain_characters == token
        transcript.add(token)
    assert transcript.released == "a"

"""Stop sequences: of two that overlap, the one that is whole first may end the text."""

from collections.abc import Callable
from typing import Any

import pytest

from boxproof.clauses.generation.stop_sequences import stop_sequences
from boxproof.core.breaches import Breach

#: Its longest part that can end it begins before its shortest one, and ends behind it.
OVERLAPPING = "aaaaxxaaaaabcdefghij"
APART = "The sea is wide, and the boat is small; who sails it?"


def as_it_comes(body: dict[str, Any], text: str) -> str:
    """A text that is looked at with each character."""
    for end in range(len(text) + 1):
        for stop in body.get("stop", []):
            if text[:end].endswith(stop):
                return text[: end - len(stop)]
    return text


def in_the_order_of_the_request(body: dict[str, Any], text: str) -> str:
    """A text that is ended by the first of them that it holds."""
    for stop in body.get("stop", []):
        if stop in text:
            return text[: text.index(stop)]
    return text


@pytest.mark.parametrize("text", [OVERLAPPING, APART])
def test_a_server_that_looks_at_each_token_is_not_accused(
    text: str, saying: Callable[..., Any]
) -> None:
    """It cannot know that a longer one has begun."""
    stop_sequences(saying(lambda body: as_it_comes(body, text)))


def test_the_order_of_the_request_does_not_count(saying: Callable[..., Any]) -> None:
    """The text would hold the other one."""
    with pytest.raises(Breach, match="holds"):
        stop_sequences(saying(lambda body: in_the_order_of_the_request(body, APART)))

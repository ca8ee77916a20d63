"""Forbidden words: whole words, in any case, width and normal form."""

import pytest

from gpt2_service.prompt_filter import ForbiddenWords

WORDS = ForbiddenWords(["hate", "Straße", "c++", "café"])


@pytest.mark.parametrize(
    "prompt",
    [
        "hate",
        "I HATE it",
        "(hate)",
        "hate-speech",
        "\uff48\uff41\uff54\uff45",  # full width
        "in der STRASSE",
        "CAFE\u0301",  # a combining accent
        "caf\u00e9!",
        "I write C++.",
        "hate\u200b",  # a zero-width space ends a word
        "nothing\nhate\x00",
        "ha\u200bte",
        "h\u200da\u2060t\ufeffe",
        "ha\u00adte",  # a soft hyphen
        "ha\ufe0fte",  # a variation selector
        "cafe\u200b\u0301",  # before a combining accent
        "hate\u200bful",  # a word by itself all the same
    ],
)
def test_a_whole_word_is_found(prompt: str) -> None:
    """Whatever stands around it, as long as it is no part of a word."""
    assert WORDS.first_in(prompt) is not None


@pytest.mark.parametrize(
    "prompt",
    ["hateful", "whate", "hate_x", "hate2", "h a t e", "wha\u200bte", "caf\u00e9s", "", "\x00"],
)
def test_a_part_of_a_word_is_not(prompt: str) -> None:
    """Letters, digits and underscores continue a word, behind what nobody sees as well."""
    assert WORDS.first_in(prompt) is None


def test_the_first_word_is_told() -> None:
    """In its folded form."""
    assert ForbiddenWords(["b", "A"]).first_in("x a b") == "a"


def test_an_empty_list_forbids_nothing() -> None:
    """Not even the empty prompt."""
    assert ForbiddenWords([]).first_in("hate") is None
    assert ForbiddenWords([]).first_in("") is None

"""Where two texts part."""

import pytest

from boxproof.core.divergence import AROUND_CHARACTERS, first_divergence


@pytest.mark.parametrize("text", ["", "the sea", "\U0001f30a"])
def test_equal_texts_part_nowhere(text: str) -> None:
    """The empty ones as well."""
    assert first_divergence(text, text) == ""


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("the sea", "the sky", "5: 'the s' and then 'ea', 'the s' and then 'ky'"),
        ("the", "the sea", "3: 'the' and its end, 'the' and then ' sea'"),
        ("sea", "", "0: '' and then 'sea', '' and its end"),
        ("\U0001f30a1", "\U0001f30a2", "1: '\U0001f30a' and then '1', '\U0001f30a' and then '2'"),
    ],
)
def test_the_first_difference_is_told_with_what_stands_around_it(
    one: str, other: str, told: str
) -> None:
    """In characters; a text that ends where the other goes on differs there."""
    assert first_divergence(one, other) == f"they diverge at character {told}"


def test_of_long_texts_a_part_is_shown() -> None:
    """A person finds the place, and is not buried."""
    told = first_divergence("a" * 1000 + "b" * 1000, "a" * 1000 + "c" * 1000)
    shown = "a" * AROUND_CHARACTERS
    assert f"character 1000: '{shown}' and then '{'b' * AROUND_CHARACTERS}'," in told

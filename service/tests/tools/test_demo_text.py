"""The text that the demo checkpoint learns."""

import random
import re

import pytest
from demo_text import ESSAY, ESSAY_OPENINGS, OPENINGS, SLOT, STORY, WORDS, documents, fill

BOUND = {"name": "Mara", "they": "she", "They": "She", "their": "her"}


def test_same_seed_gives_same_text() -> None:
    """The text depends on the seed and on nothing else."""
    assert list(documents(5, seed=7)) == list(documents(5, seed=7))
    assert list(documents(5, seed=7)) != list(documents(5, seed=8))


def test_no_slot_is_left_open() -> None:
    """Every template names only slots that exist, so no brace reaches the text."""
    chance = random.Random(1)
    for template in (*OPENINGS, *STORY, *ESSAY_OPENINGS, *ESSAY):
        assert "{" not in fill(template, BOUND, chance)


def test_every_word_list_is_used() -> None:
    """A list that no template names would be a forgotten one."""
    templates = " ".join((*OPENINGS, *STORY, *ESSAY_OPENINGS, *ESSAY))
    assert {name for name, _ in SLOT.findall(templates)} == WORDS.keys() | BOUND.keys()


def test_unknown_slot_is_an_error() -> None:
    """A slip of the pen in a template does not go unnoticed."""
    with pytest.raises(KeyError, match="colour"):
        fill("A {colour} fox.", BOUND, random.Random(1))


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("A {word} fox.", "An old fox."),
        ("Not a {word} one.", "Not an old one."),
    ],
)
def test_article_fits_the_word(template: str, sentence: str) -> None:
    """`a` becomes `an` before a vowel, also where the word comes from a slot."""
    assert fill(template, {"word": "old"}, random.Random(1)) == sentence


def test_article_goes_by_sound() -> None:
    """It is `a useful` and `an honest`."""
    text = " ".join(documents(20, seed=3))
    assert " an honest " in text
    assert " a useful " in text
    assert not re.search(r"\ba honest|\ban useful", text)


def test_an_essay_keeps_its_subject() -> None:
    """Only one subject of the list is named in a document that begins as an essay."""
    subjects = [subject for subject in WORDS["subject"] if subject != "the weather"]
    essays = [text for text in documents(40, seed=5) if text.startswith("This is a short note")]
    assert essays
    for essay in essays:
        assert len([subject for subject in subjects if f" {subject}" in essay]) <= 1

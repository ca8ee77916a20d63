"""A refusal is rightful only where the text that was sent holds a forbidden word."""

import json
from dataclasses import replace
from typing import Any

import pytest

from boxproof.drivers.schemathesis.expected_refusals import holds_word, is_rightful
from boxproof.drivers.schemathesis.wire import Refusal

WORDS = ("hate", "violence")
REFUSAL = Refusal("POST", "/say", "/prompt", WORDS, 400, inside_words=False)
URL = "http://127.0.0.1:1/say"


@pytest.mark.parametrize(
    "text",
    [
        "hate",
        "I HATE it",
        "\uff28\uff21\uff34\uff25!",
        "(violence)",
        "a-hate-b",
        "\0hate\n",
        "ha\u200bte",
    ],
)
def test_words_are_found_in_any_case_width_and_normal_form(text: str) -> None:
    """Whole words, after NFKC and case folding."""
    assert holds_word(text, WORDS, inside_words=False)


@pytest.mark.parametrize(
    "text", ["", "hat e", "hated", "whatever", "hate_", "9hate", "wha\u200bte"]
)
def test_other_text_is_not(text: str) -> None:
    """A word inside a longer one, or split, does not count."""
    assert not holds_word(text, WORDS, inside_words=False)


def test_words_inside_words_count_where_the_configuration_says_so() -> None:
    """`inside_words` counts them everywhere."""
    assert holds_word("whatever they HATED", WORDS, inside_words=True)
    assert not holds_word("hat", WORDS, inside_words=True)


def test_no_word_forbids_nothing() -> None:
    """An empty list, or an empty word, is found in no text."""
    assert not holds_word("hate", (), inside_words=True)
    assert not holds_word("hate", ("",), inside_words=True)


def rightful(
    refusal: Refusal | None = REFUSAL,
    method: str = "POST",
    url: str = URL,
    body: bytes | str | None = b'{"prompt": "I hate it"}',
    status: int = 400,
) -> bool:
    return is_rightful(refusal, method=method, url=url, body=body, status=status)


def test_refusal_of_a_forbidden_word_is_rightful() -> None:
    """The create operation may answer 400 to such a text, however its JSON is written."""
    assert rightful()
    assert rightful(body=json.dumps({"prompt": "hate", "more": [1]}))
    assert rightful(body=rb'{"prompt": "\u0068ate"}')
    assert rightful(url=f"{URL}?x=1")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 422},
        {"method": "PUT"},
        {"url": "http://127.0.0.1:1/other"},
        {"body": None},
        {"body": b""},
        {"body": b"hate"},
        {"body": b'"hate"'},
        {"body": b'{"other": "hate", "prompt": "x"}'},
        {"body": b'{"prompt": ["hate"]}'},
        {"body": b'{"prompt": "love"}'},
        {"body": b"\xff{}"},
    ],
)
def test_any_other_refusal_is_not(changes: dict[str, Any]) -> None:
    """Another status, operation or field, or a text without a forbidden word, is not excused."""
    assert not rightful(**changes)


def test_nothing_is_excused_without_forbidden_words() -> None:
    """A service that promises no refusals has no right to any."""
    assert not rightful(None)
    assert not rightful(replace(REFUSAL, words=()))

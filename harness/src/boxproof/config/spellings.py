"""How texts of boxproof's own are spelled for a service that takes only some texts.

Each spelling changes a text character by character from its beginning on, so that what began with
a marker begins with the marker's spelling afterwards, and no two texts become one.
"""

import re
import string
from collections.abc import Callable

Spelling = Callable[[str], str]

#: The longest text that a run makes, but for its numbers, and the shortest.
SAMPLES = ("boxproof 0123abcd tried 1", "boxproof 89efabcd reader-12 34567")
LETTERS = str.maketrans(string.digits, "ghjkmnqsuv")


def _joined(by: str) -> Spelling:
    return lambda text: re.sub("[ -]", by, text)


def _short(text: str) -> str:
    """With a marker of four hexadecimal digits, and workers by their first letters."""
    text = re.sub(r"^boxproof ([0-9a-f]{4})[0-9a-f]{4}", r"b\1", text)
    return re.sub("(writer|reader|single|tried)-?", lambda found: found[0][0], text)


def _letters(text: str) -> str:
    return _joined("z")(text).translate(LETTERS)


def _digits(text: str) -> str:
    return "".join(f"{ord(each):03d}" for each in text)


PLAIN: tuple[Spelling, ...] = (
    lambda text: text,
    _joined("-"),
    _joined("_"),
    _joined("."),
    _joined("z"),
    _letters,
)
SPELLINGS: tuple[Spelling, ...] = (
    *PLAIN,
    *(lambda text, by=each: by(_short(text)) for each in PLAIN),
    lambda text: _letters(text).capitalize(),
    lambda text: _letters(text).upper(),
    lambda text: _joined("z")(text).upper(),
    lambda text: f"{_joined('-')(text)}@example.org",
    lambda text: f"https://example.org/{_joined('-')(text)}",
    _digits,
    lambda text: _digits(_short(text)),
)


def spelling(pattern: str) -> Spelling | None:
    """The first spelling whose texts match a regular expression as a whole; None without one."""
    for each in SPELLINGS:
        if not pattern or all(re.fullmatch(pattern, each(text)) for text in SAMPLES):
            return each
    return None

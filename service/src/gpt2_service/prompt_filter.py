"""Which prompts are refused: those that hold a forbidden word.

A word counts as held when it stands in the prompt as a whole word: no letter, digit or underscore
(Python's `\\w` over Unicode) directly before or after it. Prompt and word are compared after NFKC
normalisation and case folding (Unicode Standard Annex 15, and section 3.13 of the core
specification), so case, full-width letters and normal forms make no difference. They are
compared twice: as they stand, where a character that nobody sees ends a word, and without such
characters, so that none hides a word by standing in it.
"""

import re
import unicodedata
from collections.abc import Iterable

#: Default_Ignorable_Code_Point, the characters that are shown as nothing (Unicode Standard, 5.21;
#: https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt).
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def comparable(text: str) -> str:
    """Return the form in which prompts and words are compared."""
    # Folding can undo the normal form (U+0345 does), hence NFKC again.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class ForbiddenWords:
    """The list of forbidden words, ready to search prompts with."""

    def __init__(self, words: Iterable[str]) -> None:
        alternatives = "|".join(re.escape(comparable(word)) for word in words)
        # An empty list forbids nothing: `(?!)` matches nowhere.
        pattern = rf"(?<!\w)(?:{alternatives})(?!\w)" if alternatives else r"(?!)"
        self._pattern = re.compile(pattern)

    def first_in(self, prompt: str) -> str | None:
        """Return the first forbidden word in `prompt` in its compared form, or None."""
        compared = comparable(prompt)
        match = self._pattern.search(compared)
        # Without what nobody sees, a mark may join the letter that it belongs to.
        match = match or self._pattern.search(comparable(UNSEEN.sub("", compared)))
        return match.group() if match else None

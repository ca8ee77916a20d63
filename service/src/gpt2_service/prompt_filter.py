"""Which prompts are refused: those that hold a forbidden word.

A word counts as held when it stands in the prompt as a whole word: no letter, digit or underscore
(Python's `\\w` over Unicode) directly before or after it. Prompt and word are compared after NFKC
normalisation and case folding (Unicode Standard Annex 15, and section 3.13 of the core
specification), so case, full-width letters and normal forms make no difference. Nothing else is
undone: a zero-width character inside a word splits it, as a space does.
"""

import re
import unicodedata
from collections.abc import Iterable


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
        match = self._pattern.search(comparable(prompt))
        return match.group() if match else None

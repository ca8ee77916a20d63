"""Which refusals of valid data are the service's good right: those of a forbidden word.

A word counts as held when it stands in the text as a whole word (no letter, digit or underscore of
Unicode directly beside it), unless ``boxproof.toml`` says that it counts inside longer words too.
Text and word are compared after NFKC normalisation and case folding (Unicode Standard Annex 15 and
section 3.13 of the core specification), as they stand or without the characters that nobody sees
(Default_Ignorable_Code_Point; section 5.21 there).
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from boxproof.drivers.schemathesis.wire import Refusal
from boxproof.probes.json_pointers import resolve

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def holds_word(text: str, words: Iterable[str], *, inside_words: bool) -> bool:
    """Whether the text holds one of the words."""
    alternatives = "|".join(re.escape(_comparable(word)) for word in words if word)
    if not alternatives:
        return False
    edge = ("", "") if inside_words else (r"(?<!\w)", r"(?!\w)")
    pattern = re.compile(f"{edge[0]}(?:{alternatives}){edge[1]}")
    compared = _comparable(text)
    seen = _comparable(UNSEEN.sub("", compared))
    return any(pattern.search(each) is not None for each in (compared, seen))


def is_rightful(
    refusal: Refusal | None, *, method: str, url: str, body: bytes | str | None, status: int
) -> bool:
    """Whether this answer refuses a text that really holds a forbidden word."""
    if refusal is None or status != refusal.status or method.upper() != refusal.method.upper():
        return False
    if body is None or not re.fullmatch(refusal.path, urlsplit(url).path):
        return False
    try:
        sent = json.loads(body)
    except ValueError:
        return False
    try:
        text = resolve(refusal.text, sent)
    except KeyError:
        return False
    return isinstance(text, str) and holds_word(
        text, refusal.words, inside_words=refusal.inside_words
    )


def _comparable(text: str) -> str:
    # Folding can undo the normal form (U+0345 does), hence NFKC again.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())

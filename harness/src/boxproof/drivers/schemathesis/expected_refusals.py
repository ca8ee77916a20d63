"""Which refusals of valid data are the service's good right: those of a forbidden word.

A word counts as held when it stands in the text as a whole word (no letter, digit or underscore of
Unicode directly beside it), unless ``boxproof.toml`` says that it counts inside longer words too.
Text and word are compared after NFKC normalisation and case folding (Unicode Standard Annex 15 and
section 3.13 of the core specification).
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from boxproof.drivers.schemathesis.wire import Refusal
from boxproof.probes.json_pointers import resolve


def holds_word(text: str, words: Iterable[str], *, inside_words: bool) -> bool:
    """Whether the text holds one of the words."""
    alternatives = "|".join(re.escape(_comparable(word)) for word in words if word)
    if not alternatives:
        return False
    edge = ("", "") if inside_words else (r"(?<!\w)", r"(?!\w)")
    return re.search(f"{edge[0]}(?:{alternatives}){edge[1]}", _comparable(text)) is not None


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

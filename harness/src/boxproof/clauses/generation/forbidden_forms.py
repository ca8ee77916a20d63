"""Forbidden words that look like themselves to people, and are other characters.

Sources: Unicode Standard Annex 15 (NFKC); Unicode Technical Report 36, 3.1, on characters that
nobody sees; the property Default_Ignorable_Code_Point (Unicode Standard, 5.21).
"""

import unicodedata
from collections.abc import Iterable

from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.messages import Answer
from boxproof.probes.work import Work

#: The first capital letters of alphabets that NFKC takes for the Latin one.
ALPHABETS = {"full-width": 0xFF21, "bold": 0x1D400, "bold italic": 0x1D468}
#: Zero-width space, non-joiner and joiner, word joiner, byte order mark, soft hyphen.
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def _promised(config: Config) -> bool:
    if config.work.text is None or config.work.text_pattern:
        return False
    # Fields of a head are sent in Latin-1 (RFC 9110, 5.5).
    if config.work.text_place in ("headers", "cookies"):
        return False
    return config.forbidden is not None and config.forbidden.in_every_form


@clause(
    "generation.forbidden-every-alphabet",
    Level.MUST,
    "A text that holds a forbidden word in full-width letters or in another form that NFKC makes "
    "the same MUST be refused with the promised status.",
    promised=_promised,
    effect=Effect.WRITES,
    follows=("generation.forbidden-refused",),
)
def forbidden_every_alphabet(work: Work, shapes: Shapes, config: Config) -> None:
    assert config.forbidden is not None
    for word in config.forbidden.words:
        forms = [_in_alphabet(word.lower(), first) for first in ALPHABETS.values()]
        forms += [_in_alphabet(word.upper(), ALPHABETS["full-width"])]
        forms += [unicodedata.normalize(form, word) for form in ("NFD", "NFKD")]
        _require_refused(work, shapes, config, word, forms)


@clause(
    "generation.forbidden-unseen-characters",
    Level.MUST,
    "A text that holds a forbidden word with characters of no width between its letters MUST be "
    "refused with the promised status.",
    promised=_promised,
    effect=Effect.WRITES,
    follows=("generation.forbidden-refused",),
)
def forbidden_unseen_characters(work: Work, shapes: Shapes, config: Config) -> None:
    assert config.forbidden is not None
    for word in config.forbidden.words:
        forms = [f"{word[:1]}{each}{word[1:]}" for each in UNSEEN]
        forms.append(UNSEEN[0].join(word))
        _require_refused(work, shapes, config, word, forms)


def _in_alphabet(word: str, first: int) -> str:
    """A word with its Latin letters in the alphabet whose capital letters begin there."""
    # Small letters follow 26 capital ones, but for the full-width ones, which stand as in ASCII.
    small = first + (32 if first == ALPHABETS["full-width"] else 26)
    table = {65 + each: first + each for each in range(26)}
    table |= {97 + each: small + each for each in range(26)}
    return word.translate(table)


def _require_refused(
    work: Work, shapes: Shapes, config: Config, word: str, forms: Iterable[str]
) -> None:
    """Break the clause unless each form of a word is refused as the word itself is."""
    assert config.forbidden is not None
    for form in forms:
        answer: Answer = work.send(f"so much {form}, then")
        require(
            answer.status == config.forbidden.status,
            f"a text with {word!r} as {form!a} returned {answer.status}, not "
            f"{config.forbidden.status}",
            answer.evidence(),
        )
        shapes.require_documented(answer, "the error response")

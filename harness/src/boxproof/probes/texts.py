"""Texts of boxproof's own, in the spelling that a service takes."""

import itertools
import secrets
from dataclasses import dataclass

from boxproof.config.operations import ValidRequest
from boxproof.config.spellings import Spelling, spelling

_numbers = itertools.count(1)
_process = secrets.token_hex(4)


@dataclass(frozen=True, slots=True)
class Texts:
    """Spells texts as one request takes them."""

    spelled: Spelling

    @classmethod
    def of(cls, valid: ValidRequest) -> "Texts":
        """The texts that a request takes; that there is a spelling was seen as the file loaded."""
        made = spelling(valid.text_pattern)
        assert made is not None
        return cls(made)

    def beginning(self, marker: str) -> str:
        """What every text begins with that begins with ``marker`` and a space unspelled."""
        one, other = (self.spelled(f"{marker} {word}") for word in ("a", "k"))
        same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
        return "".join(each for each, _ in same)

    def fresh(self) -> str:
        """A text that no other request has sent."""
        return self.spelled(f"boxproof {_process} single {next(_numbers)}")

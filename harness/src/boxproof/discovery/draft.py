"""What was found out so far: the settings, and how each of them is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from boxproof.config.options import Config


class Found(StrEnum):
    """How a setting is known, from sure to unsure."""

    READ = "read"
    TRIED = "tried"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class Draft:
    """A configuration that grows.

    Attributes:
        notes: how a setting is known, by its table and key (``service.port``).
    """

    config: Config
    notes: Mapping[str, str] = field(default_factory=dict)

    def having(self, notes: Mapping[str, str], **tables: Any) -> Self:
        """With other top-level tables and their notes."""
        return replace(self, config=replace(self.config, **tables), notes={**self.notes, **notes})

    @property
    def guessed(self) -> tuple[str, ...]:
        """The settings that somebody should look at."""
        return tuple(
            key for key, note in self.notes.items() if note.startswith(f"{Found.GUESSED}:")
        )


def note(found: Found, why: str) -> str:
    """One note, as it stands behind a setting."""
    return f"{found}: {why}"

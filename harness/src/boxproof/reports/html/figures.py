"""What every figure has: a drawing for Plotly as plain data, and a sentence on what it shows.

Colours are names that the page's script replaces by those of the light or the dark page.
"""

from dataclasses import dataclass, field
from typing import Any

GOOD, REFUSED, BAD, OTHER, ACCENT = "$good", "$refused", "$bad", "$other", "$accent"


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart.

    Attributes:
        id: of its element in the page.
        says: what is seen in it, for who does not see it.
        note: what it leaves out; empty where nothing.
    """

    id: str
    says: str
    data: list[dict[str, Any]]
    layout: dict[str, Any] = field(default_factory=dict)
    note: str = ""


def colour_of(status: int | None) -> str:
    """The colour of an answer; none has one of its own, for a service that starts gives none."""
    if status is None:
        return OTHER
    return BAD if status >= 500 else REFUSED if status >= 400 else GOOD


def text_of(text: str, characters: int = 120) -> str:
    """A text of which Plotly, whose labels may hold markup, reads nothing as such."""
    return text[:characters].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""How one option of ``boxproof.toml`` is declared: a dataclass field with its meaning and rule."""

from collections.abc import Callable
from dataclasses import MISSING, field
from typing import Any

from boxproof.config import values


def option(
    doc: str,
    default: Any = MISSING,
    rule: Callable[[Any], str] | None = None,
    *,
    required: bool = False,
) -> Any:
    """A dataclass field that carries its one-line meaning; a mutable default is copied.

    ``rule`` says what is wrong with a value of the right type; empty when nothing is. A file must
    give what is ``required``, although code need not.
    """
    metadata = {"doc": doc, "rule": rule, "required": required or default is MISSING}
    if isinstance(default, dict):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


def json_pointer(doc: str, default: Any = MISSING) -> Any:
    """An option that is a JSON pointer (RFC 6901); an empty one names the whole document."""
    return option(f"JSON pointer to {doc}", default, values.pointer)


def url_path(doc: str, default: Any = MISSING) -> Any:
    """An option that is the path of a URL."""
    return option(doc, default, values.path)


def record_path() -> Any:
    """The option that is the path of one record."""
    return option(
        "its path, with {id} where what the record is read by stands", rule=values.record_path
    )

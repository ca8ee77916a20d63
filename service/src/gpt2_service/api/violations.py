"""What a broken rule says to clients, without the input: it may not be Unicode text at all."""

from collections.abc import Mapping
from typing import Any

from gpt2_service.api.schemas import Violation

KEY_MAX_CHARACTERS = 100


def violation(error: Mapping[str, Any]) -> Violation:
    """Return what clients are told of an error of pydantic's."""
    return Violation(
        loc=[encodable(part) if isinstance(part, str) else part for part in error["loc"]],
        msg=encodable(error["msg"]),
        type=error["type"],
    )


def encodable(text: str) -> str:
    """Return `text` cut to a bearable length, lone surrogates written as escapes."""
    return text[:KEY_MAX_CHARACTERS].encode("utf-8", "backslashreplace").decode("utf-8")

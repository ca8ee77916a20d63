"""What an answer looks like, whatever stands in it: what answers of one cause have in common."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

#: Of an object, and the characters of each.
KEYS_MOST = 8
KEY_CHARACTERS = 40
#: From here on an answer is an error, whose fields are those of the error and not of the operation.
FIRST_ERROR = 400


def shape_of(status: int, content_type: str, body: bytes) -> str:
    """Its media type, and of JSON what it is: of an error, which fields it has.

    Such as ``application/json {detail}``, ``application/json array`` or ``text/html``.
    """
    media = content_type.partition(";")[0].strip().lower() or "no media type"
    if not body:
        return f"{media}, no body"
    try:
        value = json.loads(body)
    except ValueError:
        return media
    if isinstance(value, dict):
        return f"{media} {_fields(value) if status >= FIRST_ERROR else 'object'}"
    if isinstance(value, list):
        return f"{media} array"
    return media


def names(given: Iterable[object]) -> list[str]:
    """Names that a service chose, as far as they fit a line."""
    told = ("".join(each if each.isprintable() else "?" for each in str(one)) for one in given)
    return [each if len(each) <= KEY_CHARACTERS else f"{each[:KEY_CHARACTERS]}…" for each in told]


def _fields(value: Mapping[str, Any]) -> str:
    """The fields of an object, sorted; of what lies deeper, that it does."""
    shown = sorted(value)[:KEYS_MOST]
    kinds: dict[type, str] = {dict: ": {…}", list: ": […]"}
    told = [
        f"{name}{kinds.get(type(value[key]), '')}"
        for key, name in zip(shown, names(shown), strict=True)
    ]
    return "{" + ", ".join(told + ["…"] * (len(value) > KEYS_MOST)) + "}"

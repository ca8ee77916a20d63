"""What an answer looks like, whatever stands in it: what answers of one cause have in common."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from boxproof.config import values
from boxproof.probes.json_pointers import resolve
from boxproof.probes.media_types import media_type

#: Of an object, and the characters of each.
KEYS_MOST = 8
KEY_CHARACTERS = 40
#: What a message is called in an error.
MESSAGES = frozenset({"detail", "error", "message", "msg", "reason", "title"})
#: Of a message.
MESSAGE_CHARACTERS = 60
#: In a message, what may be another at the next request: what is quoted, and numbers.
VARYING = re.compile(
    r"'[^']*'|\"[^\"]*\"|`[^`]*`|\b0x[0-9a-f]+|\b[0-9a-f-]{8,}\b|\d+", re.IGNORECASE
)
#: Where a message begins to show what was sent, or where it happened.
QUOTING = re.compile(r"\n|(?<=[\s:])(?:[{[<(](?=['\"{[])|[{[](?=\d))")
#: Messages that say no more than their status does.
GENERIC = re.compile(
    r"(an? )?(internal|unexpected|unhandled|unknown)\W(server\W)?(error|exception)"
    r"( (has )?occurred)?\.?|something went wrong\.?"
    r"|an error (has )?occurred( while processing your request)?\.?"
    r"|the server encountered an internal error.*|traceback .*",
    re.IGNORECASE,
)
#: From here on an answer is an error, whose fields are those of the error and not of the operation.
FIRST_ERROR = 400


def shape_of(status: int, content_type: str, body: bytes) -> str:
    """Its media type, and of JSON what it is: of an error, which fields it has.

    Such as ``application/json {detail}``, ``application/json array`` or ``text/html``.
    """
    media = media_type(content_type) or "no media type"
    if not body:
        return f"{media}, no body"
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return media
    if isinstance(value, dict):
        return f"{media} {_fields(value) if status >= FIRST_ERROR else 'object'}"
    if isinstance(value, list):
        return f"{media} array"
    return media


def message_of(body: bytes) -> str:
    """What a JSON error says in words, without what varies; empty where it says nothing."""
    try:
        value = json.loads(body)
        named = [each for each in values.texts(value) if each.rpartition("/")[2] in MESSAGES]
        texts = [str(resolve(each, value)).strip() for each in named]
    except (ValueError, RecursionError):
        return ""
    said = max((each for each in texts if " " in each), key=len, default="")
    first = QUOTING.split(said)[0]
    said = first if " " in first.strip() else said
    said = " ".join(VARYING.sub("#", said).split()).rstrip(" :,;-")
    if not said or GENERIC.fullmatch(said):
        return ""
    return _shown(said, MESSAGE_CHARACTERS)


def names(given: Iterable[object]) -> list[str]:
    """Names that a service chose, as far as they fit a line."""
    return [_shown(str(each), KEY_CHARACTERS) for each in given]


def _shown(text: str, characters: int) -> str:
    """The beginning of what a service said, as it can be printed."""
    begun = "".join(each if each.isprintable() else "?" for each in text[:characters])
    return begun if len(text) <= characters else f"{begun}…"


def _fields(value: Mapping[str, Any]) -> str:
    """The fields of an object, sorted; of what lies deeper, that it does."""
    shown = sorted(value)[:KEYS_MOST]
    kinds: dict[type, str] = {dict: ": {…}", list: ": […]"}
    told = [
        f"{name}{kinds.get(type(value[key]), '')}"
        for key, name in zip(shown, names(shown), strict=True)
    ]
    return "{" + ", ".join(told + ["…"] * (len(value) > KEYS_MOST)) + "}"

"""Rules that a value of ``boxproof.toml`` must keep beyond its type; each says what is wrong."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from boxproof.core.suggestions import did_you_mean

#: Of a query parameter: characters that no URL and no shell changes (RFC 3986, 2.3).
QUERY_NAME = re.compile(r"[A-Za-z0-9._~-]+")
#: A field's name and value (RFC 9110, 5.5), as far as they can be sent at all.
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*")
#: An environment variable's name as a shell takes it.
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: An HTTP method as they are all written; letters count (RFC 9110, 9.1).
METHOD = re.compile("[A-Z][A-Z-]*")
#: A part of the form of an id that is filled in.
ID_PARTS = re.compile(r"\{([^{}]*)\}")
#: A "~" that stands for nothing (RFC 6901, section 3).
BAD_ESCAPE = re.compile(r"~(?![01])")


def pointer(value: str) -> str:
    """Why a text is not a JSON pointer (RFC 6901), and which one was perhaps meant; else empty."""
    if value and not value.startswith("/"):
        path = value.removeprefix("$").lstrip("./#")
        meant = path if "/" in path else path.replace(".", "/")
        return (
            "is not a JSON pointer: it must be empty or start with '/'; "
            f"did you mean {f'/{meant}'!r}?"
        )
    if BAD_ESCAPE.search(value):
        meant = BAD_ESCAPE.sub("~0", value)
        return (
            "is not a JSON pointer: '~' must be followed by 0 (for '~') or 1 (for '/'); "
            f"did you mean {meant!r}?"
        )
    return ""


def pointers(values: tuple[str, ...]) -> str:
    """Why one of several texts is not a JSON pointer; else empty."""
    return next((f"{each!r} {pointer(each)}" for each in values if pointer(each)), "")


def path(value: str) -> str:
    """Why a text is not the path of a URL; else empty."""
    return "" if value.startswith("/") else f"must start with '/'; did you mean {f'/{value}'!r}?"


def record_path(value: str) -> str:
    """Why a text is not the path of one record; else empty."""
    if "{id}" not in value:
        return f"must hold {{id}}; did you mean {value.rstrip('/') + '/{id}'!r}?"
    return path(value)


def id_form(value: str) -> str:
    """Why a text is not the form of ids that a client chooses; else empty."""
    names = ID_PARTS.findall(value)
    if len(names) == 1 and names[0] in ("uuid", "hex", "number"):
        return ""
    return "must hold one of {uuid}, {hex} and {number}, once"


def said(value: str) -> str:
    """Why a text says nothing; else empty."""
    return "" if value.strip() else "is empty; write why"


def method(value: str) -> str:
    """Why a text is not an HTTP method; else empty."""
    if METHOD.fullmatch(value):
        return ""
    upper = value.upper()
    meant = f"; did you mean {upper!r}?" if METHOD.fullmatch(upper) else ""
    return f"is not an HTTP method{meant}"


def statuses(value: int | tuple[int, ...]) -> str:
    """Why a status or several cannot be those of an answer; else empty."""
    every = (value,) if isinstance(value, int) else value
    if every and all(200 <= each <= 599 for each in every):
        return ""
    return "is not a status from 200 to 599, or an array of them"


def one_of(*known: str) -> Callable[[str], str]:
    """A rule: the value is one of these."""

    def rule(value: str) -> str:
        if value in known:
            return ""
        words = ", ".join(repr(each) for each in known if each)
        return f"is not one of {words}{did_you_mean(value, known)}"

    return rule


def pattern(value: str) -> str:
    """Why a text is not a regular expression; else empty."""
    try:
        re.compile(value)
    except re.error as error:
        return f"is not a valid regular expression: {error}"
    return ""


def texts(document: Any, at: str = "") -> Iterator[str]:
    """The JSON pointers to every string in a document."""
    if isinstance(document, str):
        yield at
    elif isinstance(document, Mapping):
        for name, value in document.items():
            yield from texts(value, pointer_below(at, name))
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield from texts(value, f"{at}/{place}")


def pointer_below(pointer: str, name: str) -> str:
    """The JSON pointer to a field of what another one names (RFC 6901, section 3)."""
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def finite(number: float) -> str:
    """What is wrong with a number that must be one; empty when nothing is."""
    return "" if math.isfinite(number) else "is not a finite number"

"""What JSON pointers (RFC 6901) name, in a document and in an answer."""

import copy
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import jsonpointer

from boxproof.core.breaches import UnusableAnswer
from boxproof.probes.messages import Answer

SHOWN_CHARACTERS = 40


def resolve(pointer: str, document: Any) -> Any:
    """What a pointer names in a document.

    Raises:
        KeyError: it names nothing there.
    """
    for part in jsonpointer.JsonPointer(pointer).parts:
        # The library takes a text for an array of its characters, and "-" for a place in an array.
        if isinstance(document, Mapping) and part in document:
            document = document[part]
        elif isinstance(document, list) and part.isdecimal() and int(part) < len(document):
            document = document[int(part)]
        else:
            raise KeyError(pointer)
    return document


def referred(reference: str, document: Any) -> Any:
    """What a reference within a document names, such as ``#/components/schemas/Text``.

    Raises:
        KeyError: it names nothing there, or refers to another document.
    """
    if not reference.startswith("#"):
        raise KeyError(reference)
    try:
        return resolve(reference[1:], document)
    except jsonpointer.JsonPointerException:
        raise KeyError(reference) from None


def resolve_in(answer: Answer, pointer: str) -> Any:
    """What a pointer names in the body of an answer.

    Raises:
        UnusableAnswer: it names nothing there, or the body is not valid JSON.
    """
    return resolve_part(answer, answer.json(), pointer, "the answer")


def resolve_part(answer: Answer, part: Any, pointer: str, what: str) -> Any:
    """What a pointer names in a part of an answer's body.

    Raises:
        UnusableAnswer: it names nothing there.
    """
    try:
        return resolve(pointer, part)
    except KeyError:
        raise UnusableAnswer(f"{what} holds nothing at {pointer!r}", answer.evidence()) from None


def resolve_id(answer: Answer, part: Any, pointer: str, what: str) -> Any:
    """What a pointer names in a part of an answer's body, where that can name a record.

    Raises:
        UnusableAnswer: it names nothing there, or neither a text nor a number.
    """
    id = resolve_part(answer, part, pointer, what)
    if isinstance(id, bool) or not isinstance(id, (str, int)):
        shown = answer.request.endpoint.redacted(str(id))[:SHOWN_CHARACTERS]
        said = f"{what} holds {shown} at {pointer!r}"
        raise UnusableAnswer(f"{said}, which is not a text or a number", answer.evidence())
    return id


def without(document: Any, pointers: Iterable[str]) -> Any:
    """A copy of a document without what these pointers name in it."""
    made = copy.deepcopy(document)
    for pointer in pointers:
        above, _, last = pointer.rpartition("/")
        with suppress(KeyError):
            within = resolve(above, made)
            if isinstance(within, dict):
                within.pop(jsonpointer.unescape(last), None)
    return made


def with_value(document: Any, pointer: str, value: Any) -> Any:
    """A copy of a document with another value at a place that it has."""
    if not pointer:
        return value
    return jsonpointer.set_pointer(copy.deepcopy(document), pointer, value)

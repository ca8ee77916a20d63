"""JSON beside the valid body: of other types, texts of every alphabet, deep and large ones."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from boxproof.probes.client_inputs.row import ClientInput, json_body, with_body, written_at
from boxproof.probes.work import Work

LEVELS = 1000
#: More than any parser that calls itself for each level can take.
MANY_LEVELS = 100_000
#: More than Python, for one, makes an integer of.
DIGITS = 5000
MANY_NAMES = 1000
LONG_CHARACTERS = 100_000
#: How many of the body's own numbers are changed.
NUMBERS = 3

TEXTS = {
    "NUL": "a\0b",
    "a lone surrogate": "a\ud800b",
    "control characters": "a\x01\x08\x1b[31m\x7f\r\nb",
    "right-to-left letters and overrides": "\u202e\u05e9\u05dc\u05d5\u05dd\u202c \u0645\u0631",
    "combining characters": "e" + "\u0301" * 100,
    "characters of four bytes": "\U0001f600\U0001d53e\U00020000",
    "noncharacters": "a\uffff\ufdd0\U0010fffe",
    "a byte order mark": "\ufeffa",
    "white space alone": " \t\u00a0\u2003",
    "nothing": "",
}
VALUES = {
    "a number": b"42",
    "50.0": b"50.0",
    "true": b"true",
    "null": b"null",
    "an empty array": b"[]",
    "an object": b'{"a": {"b": [null]}}',
    "a negative number": b"-1",
    "an integer of 30 digits": b"9" * 30,
    "an integer of 5,000 digits": b"9" * DIGITS,
    "a number beyond every float": b"1e999",
    "NaN": b"NaN",
    "-Infinity": b"-Infinity",
    "an array of 1,000 levels": b"[" * LEVELS + b"]" * LEVELS,
    "an invalid escape": b'"a\\xb"',
    "bytes that are not UTF-8": b'"a\xff\xfeb"',
    "a surrogate in UTF-8": b'"a\xed\xa0\x80b"',
}
NUMERIC = (
    "true",
    "an empty array",
    "a negative number",
    "an integer of 30 digits",
    "an integer of 5,000 digits",
    "a number beyond every float",
    "NaN",
)


def odd_values(work: Work) -> Iterator[ClientInput]:
    """The rows, for work that is one JSON object."""
    body = json_body(work)
    if body is None:
        return
    row = partial(_row, work)
    for name, content in _documents(body).items():
        yield row(name, content)
    pointer = work.valid.text if work.valid.text_place == "body" else None
    if pointer is not None:
        for name, text in TEXTS.items():
            yield row(f"a text of {name}", written_at(body, pointer, json.dumps(text).encode()))
        long = json.dumps("a " * (LONG_CHARACTERS // 2)).encode()
        for name, value in VALUES.items():
            yield row(f"{name} for the text", written_at(body, pointer, value))
        yield row("a text of 100,000 characters", written_at(body, pointer, long), slow=True)
        yield row("the text's name twice", _doubled(body, pointer))
    for field in _numbers(body):
        for name in NUMERIC:
            # A limit that nothing limits is a long text.
            yield row(f"{name} for {field}", written_at(body, f"/{field}", VALUES[name]), slow=True)
        written = json.dumps(body[field]).encode()
        yield row(f"{field} as text", written_at(body, f"/{field}", b'"' + written + b'"'))


def _row(work: Work, name: str, content: bytes, *, slow: bool = False) -> ClientInput:
    return ClientInput(name, with_body(work, content), in_body=True, may_take_long=slow)


def _documents(body: Mapping[str, Any]) -> dict[str, bytes]:
    """Whole bodies."""
    every = json.dumps(body).encode()
    deep = json.dumps({**body, "boxproof": []}).encode().replace(b"[]", VALUES[_DEEP], 1)
    return {
        "null for a body": b"null",
        "a number for a body": b"42",
        "a text for a body": b'"boxproof"',
        "an array for a body": b"[" + every + b"]",
        "an empty object": b"{}",
        "a body of 1,000 levels": VALUES[_DEEP],
        "a body of 100,000 levels": b"[" * MANY_LEVELS + b"]" * MANY_LEVELS,
        "1,000 levels under another name": deep,
        "1,000 more names": json.dumps(
            {**body, **{f"boxproof{number}": number for number in range(MANY_NAMES)}}
        ).encode(),
        "a name that objects have by themselves": json.dumps(
            {**body, "__proto__": {"a": 1}, "constructor": {"prototype": {"a": 1}}}
        ).encode(),
    }


_DEEP = "an array of 1,000 levels"


def _doubled(body: Mapping[str, Any], pointer: str) -> bytes:
    """A body that has the name of the text twice, the second time with a number."""
    name = json.dumps(pointer.rpartition("/")[2]).encode()
    text = json.dumps("boxproof").encode()
    return written_at(body, pointer, text + b", " + name + b": 42")


def _numbers(body: Mapping[str, Any]) -> list[str]:
    """The names of the body's first numbers."""
    found = [
        name
        for name, value in body.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool) and "/" not in name
    ]
    return found[:NUMBERS]

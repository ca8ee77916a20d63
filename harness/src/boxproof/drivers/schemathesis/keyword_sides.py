"""On which side of each keyword of a JSON schema a value lies: inside, exactly on it, outside."""

import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs

#: How deep a schema is followed, which may name itself, and how many items of an array are.
DEEPEST = 6
ITEMS_MOST = 20
BUNDLED = "#/"


class Side(StrEnum):
    """Where a value lies."""

    INSIDE = "inside"
    ON = "on"
    OUTSIDE = "outside"


class Place(NamedTuple):
    """One keyword at one place: a JSON pointer into the value, with ``*`` for any item."""

    pointer: str
    keyword: str
    limit: float | None = None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_array(value: Any) -> bool:
    return isinstance(value, list)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _itself(value: Any) -> Any:
    return value


#: Keywords with a limit: what they are about, what they measure, and the sign of what is inside
#: (JSON Schema Validation 2020-12, section 6).
LIMITS: Mapping[str, tuple[Callable[[Any], bool], Callable[[Any], Any], int]] = {
    "minimum": (_is_number, _itself, 1),
    "exclusiveMinimum": (_is_number, _itself, 1),
    "maximum": (_is_number, _itself, -1),
    "exclusiveMaximum": (_is_number, _itself, -1),
    "minLength": (_is_text, len, 1),
    "maxLength": (_is_text, len, -1),
    "minItems": (_is_array, len, 1),
    "maxItems": (_is_array, len, -1),
    "minProperties": (_is_object, len, 1),
    "maxProperties": (_is_object, len, -1),
}
#: Keywords that a value satisfies or does not, with those that they cannot be read without.
OTHERS: Mapping[str, tuple[Callable[[Any], bool], tuple[str, ...]]] = {
    "enum": (lambda _: True, ()),
    "const": (lambda _: True, ()),
    "multipleOf": (_is_number, ()),
    "pattern": (_is_text, ()),
    "uniqueItems": (_is_array, ()),
    "required": (_is_object, ()),
    "additionalProperties": (_is_object, ("properties", "patternProperties")),
}
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and value == value // 1,
    "number": _is_number,
    "string": _is_text,
    "array": _is_array,
    "object": _is_object,
}


def places(schema: Any, root: Any, pointer: str = "", depth: int = 0) -> Iterator[Place]:
    """Every keyword of a schema that a value may lie inside or outside of.

    Args:
        root: what references in it begin at.
    """
    schema = _resolved(schema, root)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return
    for part in ("allOf", "anyOf", "oneOf"):
        for each in _listed(schema, part):
            yield from places(each, root, pointer, depth + 1)
    if "type" in schema:
        yield Place(pointer, "type")
    for keyword in LIMITS:
        if _is_number(schema.get(keyword)):
            yield Place(pointer, keyword, schema[keyword])
    for keyword in OTHERS:
        if _asks(schema, keyword):
            yield Place(pointer, keyword)
    for name, each in _properties(schema).items():
        yield from places(each, root, f"{pointer}/{_escaped(name)}", depth + 1)
    if "items" in schema:
        yield from places(schema["items"], root, f"{pointer}/*", depth + 1)


def sides(
    value: Any, schema: Any, root: Any, pointer: str = "", depth: int = 0
) -> Iterator[tuple[Place, Side]]:
    """On which side of each keyword that is about it a value lies, and all that is in it.

    Of alternatives (``anyOf``, ``oneOf``) those count whose type the value has.
    """
    schema = _resolved(schema, root)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return
    for each in _listed(schema, "allOf"):
        yield from sides(value, each, root, pointer, depth + 1)
    for part in ("anyOf", "oneOf"):
        for each in _listed(schema, part):
            if _is_of_type(value, _resolved(each, root)):
                yield from sides(value, each, root, pointer, depth + 1)
    if "type" in schema:
        fits = _is_of_type(value, schema)
        yield Place(pointer, "type"), Side.INSIDE if fits else Side.OUTSIDE
        if not fits:
            return
    yield from _own(value, schema, pointer)
    if isinstance(value, dict):
        for name, each in _properties(schema).items():
            if name in value:
                below = f"{pointer}/{_escaped(name)}"
                yield from sides(value[name], each, root, below, depth + 1)
    if isinstance(value, list) and "items" in schema:
        for item in value[:ITEMS_MOST]:
            yield from sides(item, schema["items"], root, f"{pointer}/*", depth + 1)


def _own(value: Any, schema: Mapping[str, Any], pointer: str) -> Iterator[tuple[Place, Side]]:
    for keyword, (is_about, measure, sign) in LIMITS.items():
        limit = schema.get(keyword)
        if _is_number(limit) and is_about(value):
            room = (measure(value) - limit) * sign
            side = Side.ON if room == 0 else Side.INSIDE if room > 0 else Side.OUTSIDE
            yield Place(pointer, keyword, limit), side
    for keyword, (is_about, beside) in OTHERS.items():
        if _asks(schema, keyword) and is_about(value):
            part = {name: schema[name] for name in (keyword, *beside) if name in schema}
            if "properties" in part:
                part["properties"] = dict.fromkeys(part["properties"], True)
            fits = _fits(value, json.dumps(part, sort_keys=True, default=str))
            if fits is not None:
                yield Place(pointer, keyword), Side.INSIDE if fits else Side.OUTSIDE


def _asks(schema: Mapping[str, Any], keyword: str) -> bool:
    """Whether a keyword stands in a schema, and asks for something there."""
    match keyword:
        case "additionalProperties":
            return schema.get(keyword) is False
        case "uniqueItems":
            return schema.get(keyword) is True
    return bool(schema.get(keyword)) if keyword != "const" else keyword in schema


def _fits(value: Any, schema: str) -> bool | None:
    """Whether a value is valid; None where nobody can tell, as of text that is no Unicode."""
    validator = _validator(schema)
    try:
        return None if validator is None else validator.is_valid(value)
    except (ValueError, TypeError, OverflowError):
        return None


@cache
def _validator(schema: str) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator(json.loads(schema))
    except (ValueError, jsonschema_rs.ValidationError):
        return None


def _is_of_type(value: Any, schema: Any) -> bool:
    wanted = schema.get("type") if isinstance(schema, dict) else None
    if wanted is None:
        return True
    names = wanted if isinstance(wanted, list) else [wanted]
    return any(isinstance(name, str) and name in TYPES and TYPES[name](value) for name in names)


def _resolved(schema: Any, root: Any) -> Any:
    """What a reference within ``root`` names; the schema itself where it is none."""
    for _ in range(DEEPEST):
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if not isinstance(reference, str) or not reference.startswith(BUNDLED):
            break
        schema = root
        for name in reference.removeprefix(BUNDLED).split("/"):
            name = name.replace("~1", "/").replace("~0", "~")
            schema = schema.get(name) if isinstance(schema, dict) else None
    return schema


def _listed(schema: Mapping[str, Any], part: str) -> list[Any]:
    found = schema.get(part)
    return found if isinstance(found, list) else []


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

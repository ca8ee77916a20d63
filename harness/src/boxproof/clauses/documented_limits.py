"""The limits that an OpenAPI document names: of a text in a body, of a number in a query."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonpointer

from boxproof.probes.json_pointers import referred
from boxproof.probes.media_types import is_json, media_type

#: Keywords of JSON Schema whose schemas are of the same value.
SAME_VALUE = ("allOf", "anyOf", "oneOf")
#: How often a schema may refer to another: one may refer to itself.
REFERENCES_MOST = 20


def longest_text(document: Mapping[str, Any], operation: Any, pointer: str) -> int | None:
    """How many characters a text may have in the JSON body of an operation; None if nothing says.

    Args:
        pointer: where it stands in the body.
    """
    body = _resolved(document, _part(operation, "requestBody"))
    schemas = [
        _part(content, "schema")
        for media, content in _mapping(_part(body, "content")).items()
        if is_json(media_type(media))
    ]
    for part in jsonpointer.JsonPointer(pointer).parts:
        found = [each for schema in schemas for each in _of_value(document, schema)]
        names = [_part(_part(each, "properties"), part) for each in found]
        items = [_part(each, "items") for each in found] if part.isdecimal() else []
        schemas = [each for each in (*names, *items) if each]
    return _smallest(document, schemas, "maxLength")


def largest_number(document: Mapping[str, Any], operation: Any, name: str) -> int | None:
    """How large a query parameter of an operation may be; None where nothing says."""
    listed = _part(operation, "parameters")
    for each in listed if isinstance(listed, list) else []:
        parameter = _resolved(document, each)
        if _part(parameter, "name") == name and _part(parameter, "in") == "query":
            return _smallest(document, [_part(parameter, "schema")], "maximum")
    return None


def _smallest(document: Mapping[str, Any], schemas: list[Any], keyword: str) -> int | None:
    values = [_part(each, keyword) for schema in schemas for each in _of_value(document, schema)]
    # A text has no half characters, but Python's documents have 200.0 for 200.
    numbers = [int(each) for each in values if isinstance(each, (int, float))]
    return min(numbers, default=None)


def _of_value(document: Mapping[str, Any], schema: Any) -> Iterator[Mapping[str, Any]]:
    """A schema and those that it is made of, as far as they are of the same value."""
    schema = _resolved(document, schema)
    yield schema
    for keyword in SAME_VALUE:
        alternatives = _part(schema, keyword)
        for each in alternatives if isinstance(alternatives, list) else []:
            # One level deep: what says more than that says nothing here.
            yield _resolved(document, each)


def _resolved(document: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    for _ in range(REFERENCES_MOST):
        reference = _part(node, "$ref")
        if not isinstance(reference, str):
            break
        try:
            node = referred(reference, document)
        except KeyError:
            return {}
    return _mapping(node)


def _part(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, Mapping) else None


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}

"""The limits that a document names of a text in a body, and of a number in a query."""

from typing import Any

import pytest
from apps.document import openapi

from boxproof.clauses.documented_limits import largest_number, longest_text


def document(schema: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A document whose one operation takes a body of a schema, and that operation."""
    body = {"content": {"application/json": {"schema": schema}}}
    operation = {"requestBody": body}
    parts = {
        "Text": {"type": "string", "maxLength": 40},
        "Loop": {"$ref": "#/components/schemas/Loop"},
    }
    return {"paths": {"/say": {"post": operation}}, "components": {"schemas": parts}}, operation


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"properties": {"text": {"maxLength": 7}}}, 7),
        ({"properties": {"text": {"$ref": "#/components/schemas/Text"}}}, 40),
        ({"properties": {"text": {"anyOf": [{"maxLength": 9}, {"type": "null"}]}}}, 9),
        ({"allOf": [{"properties": {"text": {"maxLength": 8}}}]}, 8),
        ({"properties": {"text": {"maxLength": 6.0}}}, 6),
        ({"properties": {"text": {"type": "string"}}}, None),
        ({"properties": {"other": {"maxLength": 7}}}, None),
        ({"properties": {"text": {"$ref": "#/components/schemas/Loop"}}}, None),
        ({"properties": {"text": {"$ref": "https://elsewhere/Text"}}}, None),
        ({"properties": {"text": True}}, None),
        (True, None),
    ],
)
def test_the_longest_text_is_found(schema: Any, expected: int | None) -> None:
    """Through references and schemas of the same value; a document may hold anything."""
    whole, operation = document(schema)
    assert longest_text(whole, operation, "/text") == expected


def test_a_text_in_an_array_has_the_limit_of_its_items() -> None:
    """As in a chat's messages."""
    message = {"properties": {"content": {"maxLength": 5}}}
    schema = {"properties": {"messages": {"type": "array", "items": message}}}
    whole, operation = document(schema)
    assert longest_text(whole, operation, "/messages/0/content") == 5


def test_an_operation_without_a_body_has_no_limit() -> None:
    """Nor one that is not there."""
    assert longest_text({}, {}, "/text") is None


def test_the_largest_number_of_a_query_is_found() -> None:
    """Of the parameter of that name alone, also where it is a reference."""
    toy = openapi()
    listing = toy["paths"]["/records"]["get"]
    assert largest_number(toy, listing, "limit") == 100
    assert largest_number(toy, listing, "before") is None
    assert largest_number(toy, {}, "limit") is None
    shared = {"components": {"parameters": {"Limit": listing["parameters"][0]}}}
    asked = {"parameters": [{"$ref": "#/components/parameters/Limit"}]}
    assert largest_number(shared, asked, "limit") == 100

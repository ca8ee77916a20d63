"""Sample values are what a person would write, and what the schema accepts."""

from typing import Any

import jsonschema_rs
import pytest

from boxproof.discovery.sample_values import samples

SCHEMAS: dict[str, Any] = {
    "Text": {"type": "string", "minLength": 30},
    "Node": {
        "type": "object",
        "properties": {"below": {"$ref": "#/components/schemas/Node"}, "name": {"type": "string"}},
        "required": ["name"],
    },
}
DOCUMENT = {"components": {"schemas": SCHEMAS}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "maxLength": 4},
        {"$ref": "#/components/schemas/Text"},
        {"$ref": "#/components/schemas/Node"},
        {"type": "integer", "minimum": 7},
        {"type": "number", "maximum": -2},
        {"type": ["null", "boolean"]},
        {"enum": ["a", "b"]},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
        {"type": "array", "items": {"type": "integer"}, "minItems": 3},
        {
            "allOf": [
                {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
                {"properties": {"b": {"type": "integer"}}, "required": ["b"]},
            ]
        },
    ],
)
def test_every_sample_is_accepted_by_its_schema(schema: Any) -> None:
    """With what it refers to."""
    validator = jsonschema_rs.Draft202012Validator({**schema, **DOCUMENT})
    for each in samples(schema, DOCUMENT):
        assert validator.is_valid(each), each


def test_the_documents_own_example_comes_first_and_all_fields_last() -> None:
    """What is required stands between them."""
    schema = {
        "type": "object",
        "properties": {"text": {"type": "string"}, "seed": {"type": "integer"}},
        "required": ["text"],
        "example": {"text": "Hello"},
    }
    assert [[*each] for each in samples(schema, {})] == [["text"], ["text"], ["text", "seed"]]
    assert samples(schema, {})[0] == {"text": "Hello"}


def test_a_reference_to_nothing_is_no_error() -> None:
    """Another clause says that the document is not valid."""
    assert samples({"$ref": "#/components/schemas/Missing"}, DOCUMENT)
    assert samples({"$ref": "https://example.org/other.json"}, DOCUMENT)


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"$ref": "#/components/schemas/Own"}, {"type": "string"}]},
        {"type": "array", "items": {"$ref": "#/components/schemas/Own"}},
        {"allOf": [{"$ref": "#/components/schemas/Own"}]},
    ],
)
def test_a_schema_that_holds_itself_ends(schema: Any) -> None:
    """However it does."""
    assert samples(schema, {"components": {"schemas": {"Own": schema}}})


def test_what_is_made_up_stays_small_and_null_is_not_chosen() -> None:
    """Whatever length a schema asks for."""
    (text,) = samples({"type": "string", "minLength": 50_000_000}, {})
    assert len(text) < 100_000
    assert samples({"enum": [None, "a"]}, {}) == ["a"]

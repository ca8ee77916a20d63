"""On which side of a keyword a value lies."""

from typing import Any

import pytest

from boxproof.drivers.schemathesis.keyword_sides import Side, places, sides

TEXT = {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"}


@pytest.mark.parametrize(
    ("schema", "value", "keyword", "side"),
    [
        ({"minimum": 3}, 4, "minimum", Side.INSIDE),
        ({"minimum": 3}, 3.0, "minimum", Side.ON),
        ({"minimum": 3}, 2, "minimum", Side.OUTSIDE),
        ({"maximum": 3}, 2, "maximum", Side.INSIDE),
        ({"exclusiveMaximum": 3}, 3, "exclusiveMaximum", Side.ON),
        ({"maximum": 3}, 10**40, "maximum", Side.OUTSIDE),
        (TEXT, "abc", "minLength", Side.INSIDE),
        (TEXT, "abcd", "maxLength", Side.ON),
        (TEXT, "abcde", "maxLength", Side.OUTSIDE),
        (TEXT, "ab1", "pattern", Side.OUTSIDE),
        (TEXT, 12, "type", Side.OUTSIDE),
        ({"type": ["string", "null"]}, None, "type", Side.INSIDE),
        ({"type": "integer"}, True, "type", Side.OUTSIDE),
        ({"type": "integer"}, 50.0, "type", Side.INSIDE),
        ({"type": "integer"}, float("inf"), "type", Side.OUTSIDE),
        ({"maxItems": 2}, [1, 2, 3], "maxItems", Side.OUTSIDE),
        ({"minProperties": 1}, {"a": 1}, "minProperties", Side.ON),
        ({"enum": ["a", "b"]}, "c", "enum", Side.OUTSIDE),
        ({"const": None}, None, "const", Side.INSIDE),
        ({"multipleOf": 5}, 12, "multipleOf", Side.OUTSIDE),
        ({"uniqueItems": True}, [1, 1], "uniqueItems", Side.OUTSIDE),
        ({"required": ["a"]}, {"b": 1}, "required", Side.OUTSIDE),
        (
            {"additionalProperties": False, "properties": {"a": {"type": "string"}}},
            {"a": 1},
            "additionalProperties",
            Side.INSIDE,
        ),
    ],
)
def test_a_value_lies_inside_on_or_outside(
    schema: dict[str, Any], value: Any, keyword: str, side: Side
) -> None:
    """On is exactly at the limit, whether that is allowed or not."""
    seen = {place.keyword: found for place, found in sides(value, schema, schema)}
    assert seen[keyword] is side


def test_what_is_of_another_type_says_nothing_of_the_other_keywords() -> None:
    """A number is neither too long nor too short."""
    assert [place.keyword for place, _ in sides(12, TEXT, TEXT)] == ["type"]


def test_values_are_followed_to_where_they_stand() -> None:
    """Through properties, items, references and the alternative that fits."""
    schema = {
        "properties": {
            "a/b": {"items": {"$ref": "#/x-bundled/text"}},
            "none": {"anyOf": [{"$ref": "#/x-bundled/text"}, {"type": "null"}]},
        },
        "x-bundled": {"text": TEXT},
    }
    seen = {
        (place.pointer, place.keyword): side
        for place, side in sides({"a/b": ["abcd"], "none": None}, schema, schema)
    }
    assert seen["/a~1b/*", "maxLength"] is Side.ON
    assert seen["/none", "type"] is Side.INSIDE
    assert ("/none", "maxLength") not in seen
    declared = {(place.pointer, place.keyword) for place in places(schema, schema)}
    assert {*seen} < declared
    assert ("/none", "maxLength") in declared


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"$ref": "#/nowhere"},
        {"type": 5, "required": True, "minLength": "2", "properties": []},
        {"type": "string", "pattern": "("},
    ],
)
def test_a_schema_that_makes_no_sense_is_passed_over(schema: Any) -> None:
    """The document is judged elsewhere."""
    assert not [place for place, _ in sides("words", schema, schema) if place.keyword != "type"]
    assert {place.keyword for place in places(schema, schema)} <= {"type", "required", "pattern"}


def test_a_schema_that_names_itself_has_an_end() -> None:
    """As a tree's does."""
    tree: dict[str, Any] = {
        "type": "object",
        "properties": {"child": {"$ref": "#/x-bundled/tree"}},
    }
    root = {**tree, "x-bundled": {"tree": tree}}
    deep: dict[str, Any] = {}
    for _ in range(50):
        deep = {"child": deep}
    assert 1 < len([*sides(deep, root, root)]) < 10
    assert 1 < len([*places(root, root)]) < 10

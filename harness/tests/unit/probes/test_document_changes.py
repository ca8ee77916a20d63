"""What changed between two OpenAPI documents, and whom it breaks."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from boxproof.probes.document_changes import Breaks, changes, first_difference

CALLERS, READERS, GENERATED, NOBODY = Breaks

Document = dict[str, Any]


def document(sent: Document | None = None, read: Document | None = None, **more: Any) -> Document:
    """A document of one operation, with the schemas of what is sent and read."""
    operation: Document = {
        "operationId": "make",
        "parameters": [{"in": "query", "name": "dry", "schema": {"type": "boolean"}}],
        "requestBody": {"content": {"application/json": {"schema": sent or {}}}},
        "responses": {
            "200": {
                "description": "It is made.",
                "headers": {"X-Id": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": read or {}}},
            },
            "422": {"description": "It cannot be made."},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "things", "version": "1"},
        "paths": {"/things/{id}": {"post": operation}},
        **more,
    }


def operation(of: Document) -> Document:
    found: Document = of["paths"]["/things/{id}"]["post"]
    return found


def told(older: Document, newer: Document) -> list[tuple[Breaks, str]]:
    name = "POST /things/{id}"
    return [(each.breaks, each.text.removeprefix(f"{name}: ")) for each in changes(older, newer)]


def test_the_same_documents_have_no_changes() -> None:
    """Whatever order their keys have."""
    one = document({"type": "object", "required": ["a"]})
    assert changes(one, dict(reversed(one.items()))) == []
    assert first_difference(one, dict(reversed(one.items()))) == ""


def removed(of: Document) -> None:
    del of["paths"]["/things/{id}"]


def renamed(of: Document) -> None:
    of["paths"] = {"/things/{thing}": of["paths"].pop("/things/{id}")}


def more_operations(of: Document) -> None:
    of["paths"]["/things/{id}"]["get"] = {"responses": {}}


def other_id(of: Document) -> None:
    operation(of)["operationId"] = "create"


def without_parameter(of: Document) -> None:
    operation(of)["parameters"] = []


def required_parameter(of: Document) -> None:
    operation(of)["parameters"][0]["required"] = True


def new_parameter(of: Document) -> None:
    operation(of)["parameters"].append({"in": "query", "name": "loud"})


def new_required_parameter(of: Document) -> None:
    operation(of)["parameters"].append({"in": "header", "name": "X-Key", "required": True})


def shared_parameter(of: Document) -> None:
    of["paths"]["/things/{id}"]["parameters"] = operation(of).pop("parameters")


def without_body(of: Document) -> None:
    del operation(of)["requestBody"]


def required_body(of: Document) -> None:
    operation(of)["requestBody"]["required"] = True


def as_text(of: Document) -> None:
    content = operation(of)["responses"]["200"]["content"]
    content["text/plain"] = content.pop("application/json")


def other_success(of: Document) -> None:
    responses = operation(of)["responses"]
    responses["201"] = responses.pop("200")


def without_refusal(of: Document) -> None:
    del operation(of)["responses"]["422"]


def without_header(of: Document) -> None:
    del operation(of)["responses"]["200"]["headers"]


def with_key(of: Document) -> None:
    of["security"] = [{"key": []}]


def other_words(of: Document) -> None:
    of["info"]["title"] = "stuff"
    operation(of)["responses"]["200"]["description"] = "Made."
    operation(of)["summary"] = "Makes it."
    of["servers"] = [{"url": "/v2"}]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (removed, [(CALLERS, "POST /things/{id} is gone")]),
        (renamed, []),
        (more_operations, [(NOBODY, "GET /things/{id}")]),
        (other_id, [(GENERATED, "its operationId 'make' is now 'create'")]),
        (without_parameter, [(CALLERS, "query parameter dry is gone")]),
        (required_parameter, [(CALLERS, "query parameter dry is required now")]),
        (new_parameter, [(NOBODY, "query parameter loud")]),
        (new_required_parameter, [(CALLERS, "header parameter X-Key is required now")]),
        (shared_parameter, []),
        (without_body, [(CALLERS, "the body is gone")]),
        (required_body, [(CALLERS, "the body is required now")]),
        (
            as_text,
            [(READERS, "200 as application/json is gone"), (NOBODY, "200 as text/plain")],
        ),
        (other_success, [(READERS, "200 is gone"), (NOBODY, "201")]),
        (without_refusal, [(NOBODY, "422 is gone")]),
        (without_header, [(READERS, "200: its header X-Id is gone")]),
        (with_key, [(CALLERS, "needs another credential")]),
        (other_words, []),
    ],
)
def test_changes_of_operations(
    change: Callable[[Document], None], expected: list[tuple[Breaks, str]]
) -> None:
    """Each breaks those that it breaks, and nobody else."""
    older, newer = document(), document()
    change(newer)
    assert told(older, newer) == expected


def test_what_is_taken_back_is_a_change_too() -> None:
    """What was demanded once need not be sent any more."""
    older, newer = document(security=[{"key": []}]), document()
    operation(older)["requestBody"]["required"] = True
    assert told(older, newer) == [
        (NOBODY, "needs no credential any more"),
        (NOBODY, "the body is not required any more"),
    ]


SCHEMAS: list[tuple[Any, Any, str]] = [
    # What allows less breaks who sends it, and nobody who reads it.
    ({"type": "number"}, {"type": "integer"}, "less"),
    ({"type": ["string", "null"]}, {"type": "string"}, "less"),
    ({"type": "string", "nullable": True}, {"type": "string"}, "less"),
    ({}, {"type": "string"}, "less"),
    ({"enum": ["a", "b"]}, {"enum": ["a"]}, "less"),
    ({"type": "string"}, {"type": "string", "enum": ["a"]}, "less"),
    ({"enum": ["a", "b"]}, {"const": "a"}, "less"),
    ({"minimum": 1}, {"minimum": 2}, "less"),
    ({}, {"minLength": 1}, "less"),
    ({"maxLength": 9}, {"maxLength": 8}, "less"),
    ({}, {"pattern": "^a"}, "less"),
    ({}, {"format": "date-time"}, "less"),
    ({"properties": {"a": {}}}, {"properties": {"a": {}}, "required": ["a"]}, "less"),
    ({"items": {"maximum": 5}}, {"items": {"maximum": 4}}, "less"),
    ({"additionalProperties": True}, {"additionalProperties": False}, "less"),
    ({"additionalProperties": {}}, {"additionalProperties": {"type": "string"}}, "less"),
    ({"anyOf": [{"minimum": 3}, {"type": "null"}]}, {"anyOf": [{"minimum": 3}]}, "less"),
    ({"anyOf": [{"minimum": 3}, True]}, {"anyOf": [{"minimum": 4}, True]}, "less"),
    ({"allOf": [{"minimum": 3}]}, {"allOf": [{"minimum": 3}, {"maximum": 5}]}, "less"),
    ({}, False, "less"),
    # What cannot be told breaks both.
    ({"pattern": "^a"}, {"pattern": "^b"}, "other"),
    ({"not": {"minimum": 1}}, {"not": {"minimum": 2}}, "other"),
    ({"enum": ["a", "b"]}, {"enum": ["b", "c"]}, "other"),
    ({"exclusiveMinimum": True, "minimum": 1}, {"minimum": 1}, "other"),
]


@pytest.mark.parametrize(("one", "other", "allows"), SCHEMAS)
def test_changes_of_schemas(one: Any, other: Any, allows: str) -> None:
    """Both ways, as what is sent and as what is read; words change nothing."""

    def breaks(older: Document, newer: Document) -> bool:
        found = changes(older, newer)
        assert found
        return any(each.breaks is not NOBODY for each in found)

    both = allows == "other"
    # Empty schemas are no part of a document that `document` makes.
    one, other = ({"description": "It.", **each} if each else each for each in (one, other))
    nested = [{"properties": {"deep": {"properties": {"x": each}}}} for each in (one, other)]
    assert breaks(document(sent=nested[0]), document(sent=nested[1]))
    assert breaks(document(sent=nested[1]), document(sent=nested[0])) == both
    assert breaks(document(read=nested[0]), document(read=nested[1])) == both
    assert breaks(document(read=nested[1]), document(read=nested[0]))


def test_a_new_property() -> None:
    """Who sends none is served; who reads ignores it, unless the older document said none."""
    old: Document = {"properties": {"a": {}}}
    new: Document = {"properties": {"a": {}, "b": {}}}
    assert told(document(sent=old), document(sent=new)) == [(NOBODY, "the body.b")]
    assert told(document(read=old), document(read=new)) == [(NOBODY, "200.b")]
    closed = {"additionalProperties": False}
    assert told(document(read={**old, **closed}), document(read={**new, **closed})) == [
        (READERS, "200.b")
    ]


def test_a_property_that_is_gone_breaks_whoever_used_it() -> None:
    """Also where it was optional."""
    old: Document = {"properties": {"a": {}, "b": {}}}
    new: Document = {"properties": {"a": {}}}
    assert told(document(sent=old), document(sent=new)) == [(CALLERS, "the body.b is gone")]
    assert told(document(read=old), document(read=new)) == [(READERS, "200.b is gone")]


def test_a_new_required_property_is_one_change() -> None:
    """Not one for its name and one for its being there."""
    old: Document = {"properties": {}}
    new: Document = {"properties": {"b": {}}, "required": ["b"]}
    assert told(document(sent=old), document(sent=new)) == [
        (CALLERS, "the body: required property b is new")
    ]


def test_references_are_followed_and_may_lead_to_themselves() -> None:
    """Wherever a schema stands, and whatever it is called."""
    tree: Document = {
        "properties": {"size": {"maximum": 5}, "below": {"items": {"$ref": "#/c/Tree"}}}
    }
    reference = {"$ref": "#/c/Tree"}
    older = document(read=reference, c={"Tree": tree})
    grown = copy.deepcopy(tree)
    grown["properties"]["size"]["maximum"] = 6
    assert told(older, document(read={"$ref": "#/c/T"}, c={"T": tree, "Tree": tree})) == []
    assert told(older, document(read=reference, c={"Tree": grown})) == [
        (READERS, "200.size: maximum 5 is now 6")
    ]


def test_what_operations_share_is_told_of_once() -> None:
    """By the first that has it, for requests and for answers."""
    shared = {"$ref": "#/c/Size"}
    older = document(shared, shared, c={"Size": {"maximum": 5}})
    newer = document(shared, shared, c={"Size": {"maximum": 4}})
    for each in (older, newer):
        each["paths"]["/others"] = each["paths"]["/things/{id}"]
    assert told(older, newer) == [
        (CALLERS, "the body: maximum 5 is now 4"),
        (NOBODY, "200: maximum 5 is now 4"),
    ]


def test_the_first_difference_is_a_json_pointer() -> None:
    """Of words as well, and of what is only in one of them."""
    assert first_difference({"a": {"b/c": [1, 2]}}, {"a": {"b/c": [1, 3]}}) == "/a/b~1c/1"
    assert first_difference({"a": 1}, {"a": 1, "b": 2}) == "/b"
    assert first_difference({"a": [1]}, {"a": [1, 2]}) == "/a"
    assert first_difference({"a": 1}, {"a": True}) == "/a"
    assert first_difference({"example": 1, "b": {"examples": [1]}}, {"b": {}}) == ""

"""What is wrong with an OpenAPI document, in one line."""

from apps.document import openapi

from boxproof.drivers.openapi_validation import problem_of


def test_the_innermost_place_is_told() -> None:
    """Around it, everything is neither a schema nor a reference to one."""
    document = {**openapi(), "openapi": "3.0.2"}
    made = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    document["components"]["schemas"] = {"Task": {"properties": {"made/at": made}}}
    assert problem_of(document) == (
        "at /components/schemas/Task/properties/made~1at/anyOf/1/type: "
        '"null" is not one of "array", "boolean" or 4 other candidates'
    )


def test_a_valid_document_has_no_problem() -> None:
    """The toys' document is valid."""
    assert problem_of(openapi()) == ""
